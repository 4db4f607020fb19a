import { TrackType } from 'music-metadata'
import type { ByteSource } from '../byte-source.ts'
import { latin1 } from '../byte-source.ts'
import { type Finding, Unusable } from '../inspection.ts'
import { readFormat } from '../metadata-tokenizer.ts'

const names: Record<string, string> = {
  '0x0160': 'WMA 1',
  '0x0161': 'WMA',
  '0x0162': 'WMA Pro',
  '0x0163': 'WMA Lossless',
  '0x000a': 'WMA Voice',
}

export const isWindowsMedia = (head: Uint8Array): boolean =>
  latin1(head, 0, 8) === '\x30\x26\xb2\x75\x8e\x66\xcf\x11'

/** WMA and WMV. No browser plays either. */
export async function inspectWindowsMedia(source: ByteSource): Promise<Finding> {
  const { trackInfo, duration } = await readFormat(source, 'video/x-ms-asf')
  const tracks = trackInfo.filter(({ type }) => type === TrackType.audio || type === TrackType.video)
  const video = tracks.some(({ type }) => type === TrackType.video)
  const mediaType = video ? 'video/x-ms-wmv' : 'audio/x-ms-wma'
  if (tracks.length === 0) throw new Unusable(mediaType, 'It holds neither sound nor picture.')
  const codecs = tracks.map(({ codecId = '?' }) => names[codecId.toLowerCase()] ?? codecId)
  return {
    kind: video ? 'SCREEN' : 'AUDIO',
    mediaType,
    codec: [...new Set(codecs)].join(' + '),
    durationSeconds: duration !== undefined && duration > 0 ? duration : null,
    playable: false,
    damage: null,
  }
}
