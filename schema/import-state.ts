/** What of an import's row is looked at to know whether there is something new to tell. */
export const stateQuery = {
  columns: { id: true, status: true, setAsideAt: true, failures: true },
  with: { running: { columns: { progress: true } } },
} as const

interface Row {
  status: string
  setAsideAt: Date | null
  failures: number
  running: { progress: number } | null
}

/** `mark` differs when there is something new to tell. */
export function stateOf({ status, setAsideAt, failures, running }: Row): { mark: string; ended: boolean } {
  const waits = status === 'QUEUED' || status === 'RUNNING' || (status === 'FAILED' && !setAsideAt)
  return { mark: `${status} ${failures} ${running?.progress ?? ''}`, ended: !waits }
}
