import type { Inspection } from '../recordings/media/inspect.ts'
import { recordingKey } from '../recordings/recording-names.ts'

/** What a sample recording is, and whether the sample's rows speak of it. */
export interface SampleRecording {
  codec: string | null
  durationSeconds: number | null
  /** Browsers play it as it is. */
  playable: boolean
  /** A row of the sample names this file. */
  namedByRow: boolean
}

/** `names` are the cells of the sample that name recordings; folders, endings and case do not count, as in imports. */
export const describeSampleRecording = (
  { codec, durationSeconds, playable }: Pick<Inspection, 'codec' | 'durationSeconds' | 'playable'>,
  fileName: string,
  names: Iterable<string>,
): SampleRecording => {
  const key = recordingKey(fileName)
  return {
    codec,
    durationSeconds,
    playable,
    namedByRow: [...names].some(name => recordingKey(name) === key),
  }
}
