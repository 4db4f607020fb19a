/**
 * GSM 6.10 full rate (ETSI EN 300 961), the decoder alone, in the standard's own 16-bit arithmetic: bit for bit what it
 * prescribes. A frame has 260 bits and stands for 160 samples, 20 ms at 8 kHz.
 *
 * Each frame says how the vocal tract is shaped (eight log area ratios), and for each of its four parts of 40 samples
 * what excites it: a pulse train, and how much of what excited it one pitch ago. The names in comments are the
 * standard's.
 */
export const FRAME_SAMPLES = 160
const PART_SAMPLES = 40
const LONGEST_LAG = 120

/** Bits of a frame's parameters in their order: LARc, then for each part Nc, bc, Mc, xmaxc and 13 of xMc. */
const part = [7, 2, 2, 6, ...Array<number>(13).fill(3)]
const widths = [6, 6, 5, 5, 4, 4, 3, 3, ...part, ...part, ...part, ...part]
export const FRAME_BITS = widths.reduce((sum, width) => sum + width, 0)

/** What a decoder remembers from one frame to the next. */
export interface GsmState {
  /** drp: what excited the filter, the last 120 samples and the part that is being made. */
  excitation: Int16Array
  /** nrp */
  lag: number
  /** LARpp of the frame before. */
  ratios: Int16Array
  /** v: the filter's own memory. */
  filter: Int16Array
  /** msr: of the de-emphasis. */
  emphasis: number
}

export const gsmState = (): GsmState => ({
  excitation: new Int16Array(LONGEST_LAG + PART_SAMPLES),
  lag: 40,
  ratios: new Int16Array(8),
  filter: new Int16Array(9),
  emphasis: 0,
})

/** Parameters of a frame whose first bit is `bit`, counted from the lowest of the first byte, as WAV files have them. */
export function unpackLow(bytes: Uint8Array, bit: number, into: Uint8Array): void {
  let at = bit
  for (let index = 0; index < widths.length; index++) {
    const width = widths[index] ?? 0
    const pair = (bytes[at >> 3] ?? 0) | ((bytes[(at >> 3) + 1] ?? 0) << 8)
    into[index] = (pair >> (at & 7)) & ((1 << width) - 1)
    at += width
  }
}

/** The same counted from the highest, as bare frames have them behind their mark of four bits. */
export function unpackHigh(bytes: Uint8Array, bit: number, into: Uint8Array): void {
  let at = bit
  for (let index = 0; index < widths.length; index++) {
    const width = widths[index] ?? 0
    const pair = ((bytes[at >> 3] ?? 0) << 8) | (bytes[(at >> 3) + 1] ?? 0)
    into[index] = (pair >> (16 - width - (at & 7))) & ((1 << width) - 1)
    at += width
  }
}

export const PARAMETERS = widths.length

const clamp = (value: number) => (value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value)

/** mult_r: never of -32768 by itself here, the one case that would not fit. */
const times = (one: number, other: number) => (one * other + 16_384) >> 15

/** Table 4.2: of LAR 1 to 8, the smallest code, the offset, and one through the slope. */
const smallest = [-32, -32, -16, -16, -8, -8, -4, -4]
const offsets = [0, 0, 2_048, -2_560, 94, -1_792, -341, -1_144]
const slopes = [13_107, 13_107, 13_107, 13_107, 19_223, 17_476, 31_454, 29_708]
/** Table 4.3b: gains of what was one pitch ago. */
const gains = [3_277, 11_469, 21_299, 32_767]
/** Table 4.6: mantissas of the largest pulse. */
const mantissas = [18_431, 20_479, 22_527, 24_575, 26_623, 28_671, 30_719, 32_767]

const excited = new Int16Array(FRAME_SAMPLES)
const ratios = new Int16Array(8)
const reflections = new Int16Array(8)

/** Decodes one frame's parameters into 160 samples at `at`. */
export function decodeFrame(state: GsmState, parameters: Uint8Array, samples: Int16Array, at: number): void {
  for (let index = 0; index < 4; index++) excite(state, parameters, 8 + index * 17, index * PART_SAMPLES)
  for (let index = 0; index < 8; index++) {
    const code = ((parameters[index] ?? 0) + (smallest[index] ?? 0)) << 10
    const ratio = times(slopes[index] ?? 0, clamp(code - (offsets[index] ?? 0) * 2))
    ratios[index] = clamp(ratio * 2)
  }
  shape(state, samples, at)
  state.ratios.set(ratios)
}

/** 5.3.1 and 5.3.2: the pulses of one part, and what was one pitch ago. */
function excite(state: GsmState, parameters: Uint8Array, from: number, at: number): void {
  const { excitation } = state
  const lag = parameters[from] ?? 0
  if (lag >= PART_SAMPLES && lag <= LONGEST_LAG) state.lag = lag
  const gain = gains[parameters[from + 1] ?? 0] ?? 0
  excitation.fill(0, LONGEST_LAG)
  placePulses(excitation, parameters, from)
  for (let index = LONGEST_LAG; index < LONGEST_LAG + PART_SAMPLES; index++)
    excitation[index] = clamp((excitation[index] ?? 0) + times(gain, excitation[index - state.lag] ?? 0))
  excited.set(excitation.subarray(LONGEST_LAG), at)
  excitation.copyWithin(0, PART_SAMPLES)
}

/** 5.2.15 to 5.2.17: every third sample, beginning at Mc, by the largest of them. */
function placePulses(excitation: Int16Array, parameters: Uint8Array, from: number): void {
  const largest = parameters[from + 3] ?? 0
  let exponent = largest > 15 ? (largest >> 3) - 1 : 0
  let mantissa = largest - (exponent << 3)
  if (mantissa === 0) {
    exponent = -4
    mantissa = 7
  } else {
    while (mantissa <= 7) {
      mantissa = (mantissa << 1) | 1
      exponent -= 1
    }
    mantissa -= 8
  }
  const factor = mantissas[mantissa] ?? 0
  const shift = 6 - exponent
  const half = shift > 0 ? 1 << (shift - 1) : 0
  const first = LONGEST_LAG + (parameters[from + 2] ?? 0)
  for (let pulse = 0; pulse < 13; pulse++) {
    const code = (((parameters[from + 4 + pulse] ?? 0) << 1) - 7) << 12
    excitation[first + 3 * pulse] = clamp(times(factor, code) + half) >> shift
  }
}

/** 5.3.3: the filter, whose shape moves from that of the frame before to this one's in three steps. */
function shape(state: GsmState, samples: Int16Array, at: number): void {
  for (let index = 0; index < 8; index++) {
    const [before, now] = [state.ratios[index] ?? 0, ratios[index] ?? 0]
    reflections[index] = reflection((before >> 2) + (now >> 2) + (before >> 1))
  }
  synthesise(state, 0, 13, samples, at)
  for (let index = 0; index < 8; index++)
    reflections[index] = reflection(((state.ratios[index] ?? 0) >> 1) + ((ratios[index] ?? 0) >> 1))
  synthesise(state, 13, 27, samples, at)
  for (let index = 0; index < 8; index++) {
    const [before, now] = [state.ratios[index] ?? 0, ratios[index] ?? 0]
    reflections[index] = reflection((before >> 2) + (now >> 2) + (now >> 1))
  }
  synthesise(state, 27, 40, samples, at)
  for (let index = 0; index < 8; index++) reflections[index] = reflection(ratios[index] ?? 0)
  synthesise(state, 40, FRAME_SAMPLES, samples, at)
}

/** 5.2.9.2: from a log area ratio to a reflection coefficient. */
function reflection(ratio: number): number {
  const size = Math.min(Math.abs(ratio), 32_767)
  const value = size < 11_059 ? size << 1 : size < 20_070 ? size + 11_059 : clamp((size >> 2) + 26_112)
  return ratio < 0 ? -value : value
}

/** The lattice of 5.3.3, then de-emphasis, doubling and the cut to 13 bits of 5.3.5 to 5.3.7. */
function synthesise(state: GsmState, from: number, until: number, samples: Int16Array, at: number): void {
  const { filter } = state
  let { emphasis } = state
  for (let index = from; index < until; index++) {
    let value = excited[index] ?? 0
    for (let stage = 7; stage >= 0; stage--) {
      const coefficient = reflections[stage] ?? 0
      const held = filter[stage] ?? 0
      value = clamp(value - ((coefficient * held + 16_384) >> 15))
      filter[stage + 1] = clamp(held + ((coefficient * value + 16_384) >> 15))
    }
    filter[0] = value
    emphasis = clamp(value + times(emphasis, 28_180))
    samples[at + index] = clamp(emphasis * 2) & 0xfff8
  }
  state.emphasis = emphasis
}
