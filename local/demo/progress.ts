/** Progress of long work: a bar that moves on a terminal, elsewhere a line every few seconds. */
export function showProgress(label: string, unit: string) {
  const terminal = process.stderr.isTTY
  const began = performance.now()
  let shownAt = 0
  const line = (share: number, amount: number) => {
    const seconds = Math.max((performance.now() - began) / 1_000, 0.001)
    const left = share > 0 ? Math.ceil(seconds / share - seconds) : 0
    const width = 24
    const bar = '#'.repeat(Math.round(share * width)).padEnd(width, '.')
    const rate = amount > 0 ? `${Math.round(amount / seconds).toLocaleString('en')} ${unit}/s` : ''
    return `  ${label} [${bar}] ${String(Math.round(share * 100)).padStart(3)} %  ${rate}${share > 0 && share < 1 ? `  ${left} s left` : ''}`
  }
  return {
    update(share: number, amount: number) {
      const now = performance.now()
      if (now - shownAt < (terminal ? 100 : 3_000)) return
      shownAt = now
      process.stderr.write(terminal ? `\r\u001b[K${line(share, amount)}` : `${line(share, amount)}\n`)
    },
    done(amount: number) {
      process.stderr.write(`${terminal ? '\r\u001b[K' : ''}${line(1, amount)}\n`)
    },
  }
}
