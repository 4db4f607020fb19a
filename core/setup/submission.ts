import { readPublicKey } from '../accounts/public-key.ts'
import { badInput, type FieldFault, Refusal } from '../refusal.ts'
import { MOST_CSV_BYTES, MOST_RECORDING_BYTES, type SentFile } from './sent-file.ts'
import { textFault } from './text-fault.ts'

/** What a customer writes into the form. */
export interface Submission {
  contactName: string
  contactEmail: string
  contactPhone?: string | null | undefined
  sourceSystem: string
  notes?: string | null | undefined
  sampleCsv: SentFile
  sampleRecording?: SentFile | null | undefined
  sshPublicKey?: string | null | undefined
}

/** The form as it is kept: trimmed, what is blank left out, the key as one line. */
export interface Form {
  contactName: string
  contactEmail: string
  contactPhone: string | null
  sourceSystem: string
  notes: string | null
  sshPublicKey: string | null
}

/** Throws BAD_INPUT naming all that is wrong, LIMITED for a sample over its limit. */
export function readForm(submission: Submission): Form {
  requireSizes(submission, ['input'])
  const faults: FieldFault[] = []
  const required = (name: 'contactName' | 'contactEmail' | 'sourceSystem', longest: number): string => {
    const message = textFault(submission[name], longest)
    if (message !== undefined) faults.push({ path: ['input', name], message })
    return submission[name].trim()
  }
  const optional = (name: 'contactPhone' | 'notes', longest: number): string | null => {
    const text = submission[name]?.trim()
    if (!text) return null
    const message = textFault(text, longest)
    if (message !== undefined) faults.push({ path: ['input', name], message })
    return text
  }
  const form = {
    contactName: required('contactName', 200),
    contactEmail: required('contactEmail', 320),
    contactPhone: optional('contactPhone', 50),
    sourceSystem: required('sourceSystem', 200),
    notes: optional('notes', 10_000),
    sshPublicKey: keyLine(submission.sshPublicKey, faults),
  }
  if (form.contactEmail !== '' && !/^[^\s@]+@[^\s@]+$/.test(form.contactEmail))
    faults.push({ path: ['input', 'contactEmail'], message: 'This is no email address.' })
  if (faults.length > 0) throw badInput(faults)
  return form
}

function keyLine(pasted: string | null | undefined, faults: FieldFault[]): string | null {
  if (!pasted?.trim()) return null
  try {
    return readPublicKey(pasted, ['input', 'sshPublicKey']).line
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    faults.push(...error.fields)
    return null
  }
}

/** `at` is where the samples stood in the request. */
export function requireSizes(
  {
    sampleCsv,
    sampleRecording,
  }: { sampleCsv?: SentFile | null | undefined; sampleRecording?: SentFile | null | undefined },
  at: string[] = [],
): void {
  const tooLarge = (name: string, most: number) =>
    new Refusal(
      'LIMITED',
      `${[...at, name].join('.')} has more than ${most / 2 ** 20} MB, the most that a sample may have. Nothing of it was kept: send a shorter one.`,
    )
  if ((sampleCsv?.bytes.length ?? 0) > MOST_CSV_BYTES) throw tooLarge('sampleCsv', MOST_CSV_BYTES)
  if ((sampleRecording?.bytes.length ?? 0) > MOST_RECORDING_BYTES)
    throw tooLarge('sampleRecording', MOST_RECORDING_BYTES)
}
