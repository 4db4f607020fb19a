export const PCM_HEADER_BYTES = 44

const MOST = 0xffff_ffff

/** The header of a WAV file of 16-bit PCM; `samples` of each channel. Beyond 4 GiB it leaves its end open. */
export function pcmHeader(channels: number, rate: number, samples: number): Uint8Array {
  const header = Buffer.alloc(PCM_HEADER_BYTES)
  const data = samples * channels * 2
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(Math.min(data + PCM_HEADER_BYTES - 8, MOST), 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * channels * 2, 28)
  header.writeUInt16LE(channels * 2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(Math.min(data, MOST), 40)
  return header
}
