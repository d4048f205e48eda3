import { spawn } from 'node:child_process'

/** What CI runs, in one command: each step by name, all output, and the first failure ends it. */
const STEPS: readonly { name: string; command: string; args: string[] }[] = [
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'lint, format and boundaries', command: 'biome', args: ['check', '.', '--error-on-warnings'] },
  { name: 'HubSpot project: files, bundles, ESLint rules', command: 'node', args: ['scripts/check-extensions.ts'] },
  { name: 'documents', command: 'node', args: ['scripts/check-documents.ts'] },
  { name: 'tests', command: 'vitest', args: ['run'] },
]

for (const { name, command, args } of STEPS) {
  console.log(`\n=== ${name}`)
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', shell: process.platform === 'win32' })
    child.on('error', reject)
    child.on('exit', (exit, signal) => resolve(exit ?? (signal ? 1 : 0)))
  })
  if (code !== 0) {
    console.error(`\n${name}: failed`)
    process.exit(code)
  }
}
