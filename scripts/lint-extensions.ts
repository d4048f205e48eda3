import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const WORKSPACE = 'scripts/extension-lint'

/**
 * What HubSpot's ESLint rules say about `target` (a folder inside `rootDir`), one line per finding; warnings count.
 * ESLint runs as its own process with the workspace's TypeScript 5: typescript-eslint does not take TypeScript 7 yet.
 */
export async function lintExtensions(rootDir: string, target: string): Promise<string[]> {
  if (!existsSync(join(rootDir, WORKSPACE, 'node_modules/typescript'))) {
    return [`${WORKSPACE} is not installed. Run npm ci in the repository.`]
  }
  const args = [
    '--import',
    `./${WORKSPACE}/use-own-typescript.js`,
    'node_modules/eslint/bin/eslint.js',
    '--config',
    `${WORKSPACE}/eslint.config.js`,
  ]
  const { code, stdout, stderr } = await run([...args, '--format', 'json', '--no-warn-ignored', target], rootDir)
  if (code > 1 || !stdout.trimStart().startsWith('['))
    return [`ESLint itself failed: ${stderr.trim() || stdout.trim()}`]

  const files: { filePath: string; messages: { line?: number; message: string; ruleId: string | null }[] }[] =
    JSON.parse(stdout)
  if (files.length === 0) return [`ESLint found no files in ${target}.`]
  return files.flatMap(({ filePath, messages }) =>
    messages.map(
      ({ line, message, ruleId }) =>
        `${filePath.slice(rootDir.length + 1)}:${line ?? 1} ${message} (${ruleId ?? 'parser'})`,
    ),
  )
}

function run(args: string[], cwd: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 2
      resolve({ code, stdout, stderr })
    })
  })
}
