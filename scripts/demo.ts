import { rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startDemo } from './demo/start-demo.ts'

/** `npm run demo`: everything of the main job, locally. Ctrl-C stops all of it. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { fresh: { type: 'boolean' }, port: { type: 'string' } } })
  const port = Number(values.port ?? 4300)
  if (!Number.isInteger(port) || port < 1024 || port > 65_534) {
    console.error('--port takes a number from 1024 to 65534; the next port is used as well.')
    process.exit(2)
  }
  const dataDir = path.resolve('.data/demo')
  if (values.fresh) rmSync(dataDir, { recursive: true, force: true })
  const demo = await startDemo({ port, dataDir, say: (line) => console.log(`  ${line}`) })

  console.log(`
Stagecue runs with a local stand-in for HubSpot.

  Portals and boards   ${demo.sandbox.url}/
  Inbox                ${demo.sandbox.url}/inbox
  The app              ${demo.appUrl}/readyz   ${demo.appUrl}/metrics   ${demo.appUrl}/openapi.json

Try this:
  1. Open ${demo.sandbox.url}/ and connect Stagecue to Northwind Robotics (press "Connect app").
  2. Open the board and drag a deal with contacts to "Demo scheduled".
  3. Open the deal: the Stagecue card shows who gets what, when and why.
  4. Press "Next step" or "+1 day" at the top of the page: the clock moves on, and the mails of two weeks arrive in the inbox.
  5. Press Reply or Out of office under a mail and look at the card; in the settings, Sequences, Edit, ask what would have happened.

Data is kept in .data/demo (start over: npm run demo -- --fresh). Ctrl-C stops everything.
`)

  let stopping = false
  const stop = async () => {
    // npm and the terminal may both deliver the signal.
    if (stopping) return
    stopping = true
    console.log('\n  stopping …')
    await demo.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
  await demo.ended
  if (!stopping) {
    console.error('The server ended; its message is above.')
    await demo.stop()
    process.exit(1)
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
