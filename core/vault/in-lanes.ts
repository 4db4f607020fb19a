/** `work` on each, so many at once, answers in the same order. The first failure fails all; what is under way ends by itself. */
export const inLanes = async <T, R>(
  all: readonly T[],
  lanes: number,
  work: (one: T) => Promise<R>,
): Promise<R[]> => {
  const answers: R[] = []
  let next = 0
  const lane = async () => {
    for (let at = next++; at < all.length; at = next++) {
      answers[at] = await work(all[at] as T)
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, lane))
  } catch (error) {
    next = all.length
    throw error
  }
  return answers
}
