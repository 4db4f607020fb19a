// Plain old JavaScript: it must run on whatever Node there is, to say that another one is needed.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Nightdrop runs on Node 24; this is ${process.versions.node}. On Linux x64 npm brings Node 24 along as an optional package: ` +
      'install without --omit=optional. Elsewhere install Node 24 first (https://nodejs.org).',
  )
  process.exit(1)
}
