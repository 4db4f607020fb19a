/** Why a process did not start, in words that say all there is to say and to do: nobody needs its stack. */
export class StartFault extends Error {
  override readonly name: string = 'StartFault'
}
