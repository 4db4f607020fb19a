const UNRELEASED = '## Unreleased\n'

/** What the changelog's part on the next release does not name yet. */
export function unnamed(changelog: string, names: readonly string[]): string[] {
  const start = changelog.indexOf(UNRELEASED)
  if (start < 0) throw new Error(`The changelog of the schema has no part "${UNRELEASED.trim()}".`)
  const end = changelog.indexOf('\n## ', start + UNRELEASED.length)
  const part = changelog.slice(start, end < 0 ? undefined : end)
  return names.filter(name => !part.includes(`\`${name}\``))
}

/** A line for each, with the first sentence that describes it; to be put into better words by whoever knows some. */
export function withLines(
  changelog: string,
  names: readonly string[],
  describe: (name: string) => string | undefined,
): string {
  const lines = names.map(name => {
    const [sentence] = /^.*?[.:](?= |$)/s.exec(describe(name)?.replaceAll(/\s+/g, ' ') ?? '') ?? []
    return `- \`${name}\`${sentence ? `: ${sentence}` : ''}\n`
  })
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n${lines.join('')}`).replaceAll(/\n{3,}/g, '\n\n')
}
