import { causes } from '../commands/faults.ts'

/** One thing that must be right for Nightdrop to work. */
export interface Check {
  name: string
  /** What was seen, in words; rejects with what is wrong and what to do. */
  look: () => Promise<string>
}

export interface Finding {
  name: string
  ok: boolean
  detail: string
  milliseconds: number
}

const LONGEST_MS = 15_000

/** Runs a check to its end, or until it has taken so long that something must be wrong. */
export async function examine({ name, look }: Check): Promise<Finding> {
  const began = performance.now()
  const finding = (ok: boolean, detail: string) => ({
    name,
    ok,
    detail,
    milliseconds: Math.round(performance.now() - began),
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${LONGEST_MS / 1_000} s`)), LONGEST_MS)
  })
  try {
    return finding(true, await Promise.race([look(), late]))
  } catch (error) {
    return finding(false, causes(error))
  } finally {
    clearTimeout(timer)
  }
}

export const took = (began: number): string => `${(performance.now() - began).toFixed(1)} ms`
