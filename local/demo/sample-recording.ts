/** A short recording that plays: 8 kHz, 16 bits, one voice, a tone that fades. */
export function sampleRecording(seconds = 4): Buffer {
  const rate = 8_000
  const samples = Buffer.alloc(seconds * rate * 2)
  for (let position = 0; position < seconds * rate; position++) {
    const fade = 1 - position / (seconds * rate)
    samples.writeInt16LE(
      Math.round(Math.sin((position * 440 * 2 * Math.PI) / rate) * 12_000 * fade),
      position * 2,
    )
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}
