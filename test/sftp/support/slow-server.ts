import { openDoor } from './door.ts'

/**
 * A process of its own, so that its memory is the server's alone: a store that takes 2 MiB a second. Prints port and
 * key, then its resident memory and the bytes taken ten times a second, until its input ends.
 */
let taken = 0
const door = await openDoor({
  tree: {
    beforeWrite: async (_, length) => {
      taken += length
      await new Promise(resolve => setTimeout(resolve, length / 2_000))
    },
  },
})
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
say({ port: door.server.port, privateKey: door.privateKey })
const report = setInterval(() => say({ rss: process.memoryUsage().rss, taken }), 100)
process.stdin.resume()
process.stdin.once('end', () => {
  clearInterval(report)
  void door[Symbol.asyncDispose]()
})
