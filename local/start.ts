import { runProcess } from '../core/operation/run-process.ts'
import { startStack } from './stack.ts'

await runProcess(async signal => {
  const stack = await startStack(process.env, signal)
  console.log(`nightdrop ready api=${stack.api} sftp=${stack.sftp}`)
  console.error(
    'docs/first-night.md goes on from here: a first tenant, and its first night by curl and sftp.',
  )
  let closing = false
  void stack.lost.then(what => {
    if (closing) return
    console.error(`${what}: Nightdrop stops.`)
    process.exitCode = 1
    process.kill(process.pid, 'SIGTERM')
  })
  return {
    addresses: { api: stack.api, sftp: stack.sftp },
    close: async () => {
      closing = true
      await stack[Symbol.asyncDispose]()
    },
  }
})
