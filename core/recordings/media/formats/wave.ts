import type { ByteSource } from '../byte-source.ts'
import { bytesText, type Finding, secondsText, truncated, Unusable } from '../inspection.ts'
import { browsersPlayWave, FLOAT, PCM, waveCodec, waveSeconds } from '../wave-codecs.ts'
import { readWaveHeader, type WaveHeader } from '../wave-header.ts'

const MEDIA_TYPE = 'audio/wav'

/** A WAV file, whatever is in it. */
export async function inspectWave(source: ByteSource): Promise<Finding> {
  const header = await readWaveHeader(source)
  const codec = waveCodec(header)
  const fault = widthFault(header)
  if (fault) throw new Unusable(MEDIA_TYPE, `Its header is nonsense: ${fault}.`, codec)
  const durationSeconds = waveSeconds(header, header.available)
  if (header.available === 0 || durationSeconds === 0) throw new Unusable(MEDIA_TYPE, noSound(header), codec)
  return {
    kind: 'AUDIO',
    mediaType: MEDIA_TYPE,
    codec,
    durationSeconds,
    playable: header.wellOrdered && browsersPlayWave(header),
    damage: damageOf(header),
  }
}

/** Of codecs whose samples may have any width: block and width must agree. */
function widthFault({ format, channels, bits, blockAlign }: WaveHeader): string | undefined {
  if (format !== PCM && format !== FLOAT) return undefined
  return blockAlign === channels * Math.ceil(bits / 8) && bits > 0 && bits <= 64
    ? undefined
    : `blocks of ${blockAlign} bytes for ${channels} samples of ${bits} bits`
}

const noSound = (header: WaveHeader) =>
  header.promised
    ? `It holds no sound: it ends after its header, which promises ${amount(header, header.promised)}.`
    : 'It holds no sound: it ends after its header.'

function damageOf(header: WaveHeader): string | null {
  const { promised, available } = header
  if (promised === undefined || promised === available) return null
  if (promised < available)
    return `Its header was never completed: it promises no sound, ${amount(header, available)} are there.`
  const [wanted, there] = [amount(header, promised), amount(header, available)]
  return wanted === there ? truncated(`${promised} bytes of sound`, `${available}`) : truncated(wanted, there)
}

const amount = (header: WaveHeader, bytes: number): string => {
  const seconds = waveSeconds(header, bytes)
  return seconds === null ? bytesText(bytes) : secondsText(seconds)
}
