/**
 * The COPY text of one chunk, written as bytes at once: strings of thousands of rows would live long enough to be
 * costly. A line that another one supersedes stays where it is until the text is taken, and is left out then.
 */
export interface CopyText {
  /** Bytes written, superseded ones as well. */
  readonly size: number
  /** Lines that stand. */
  readonly lines: number
  /** Writes a line and answers its number. */
  add(line: string): number
  /** Writes a line in the place of another one. Answers that one's last `tail` bytes where the new one ends otherwise. */
  replace(line: number, by: string, tail: number): string | undefined
  /** The lines that stand, in memory of their own that can change threads; the text is empty after that. */
  take(): Buffer
}

const FIRST_CAPACITY = 16 * 1024

export const copyTextBuffer = (): CopyText => {
  let capacity = FIRST_CAPACITY
  let bytes = Buffer.alloc(0)
  let used = 0
  let starts: number[] = []
  let ends: number[] = []
  let gaps = false

  const write = (line: string): number => {
    const most = used + line.length * 3
    if (most > bytes.length) {
      while (capacity < most) capacity *= 2
      const larger = Buffer.allocUnsafeSlow(capacity)
      bytes.copy(larger, 0, 0, used)
      bytes = larger
    }
    const start = used
    used += bytes.write(line, used)
    return start
  }

  const standing = (): Buffer => {
    if (!gaps) return bytes.subarray(0, used)
    let length = 0
    for (let line = 0; line < starts.length; line++) length += (ends[line] ?? 0) - (starts[line] ?? 0)
    const whole = Buffer.allocUnsafeSlow(length)
    let at = 0
    for (let line = 0; line < starts.length; line++) at += bytes.copy(whole, at, starts[line], ends[line])
    return whole
  }

  return {
    get size() {
      return used
    },
    get lines() {
      return starts.length
    },
    add(line) {
      starts.push(write(line))
      ends.push(used)
      return starts.length - 1
    },
    replace(line, by, tail) {
      const end = ends[line] ?? 0
      const start = write(by)
      const same = bytes.compare(bytes, end - tail, end, used - tail, used) === 0
      const before = same ? undefined : bytes.toString('latin1', end - tail, end)
      starts[line] = start
      ends[line] = used
      gaps = true
      return before
    },
    take() {
      const taken = standing()
      bytes = Buffer.alloc(0)
      used = 0
      starts = []
      ends = []
      gaps = false
      return taken
    },
  }
}
