/** For processes that a test starts: nothing of this machine's environment but what finds and speeds up programs. */
export function bareEnvironment(): Record<string, string> {
  const names = ['PATH', 'NODE_COMPILE_CACHE']
  return Object.fromEntries(
    names.flatMap(name => {
      const value = process.env[name]
      return value ? [[name, value]] : []
    }),
  )
}
