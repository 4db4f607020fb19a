/** The names of Nightdrop's own figures that a process has on its `/metrics`, in order. */
export async function figuresAt(status: string | undefined): Promise<string[]> {
  const text = await (await fetch(`${status}/metrics`)).text()
  return [...text.matchAll(/^# TYPE nightdrop_(\w+)/gm)].map(([, name = '']) => name).sort()
}
