import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

const SOURCE = import.meta.dirname
const STAMP = '.built-from'

/**
 * Builds the sandbox's pages (`index.html`, `assets/*`) and the classic worker that runs UI extensions (`assets/worker.js`)
 * into `outDir`. Does nothing when `outDir` was built from the same sources and packages, so the demo starts at once.
 * Throws what vite throws when a source does not build.
 */
export async function buildPages({ outDir }: { outDir: string }): Promise<void> {
  const stamp = await readStamp()
  if (await isBuilt(outDir, stamp)) return
  await mkdir(path.dirname(outDir), { recursive: true })
  // Built beside the target and moved in one step: two starts at the same time never serve half a build.
  const draft = await mkdtemp(`${outDir}-`)
  try {
    await bundle(draft)
    await writeFile(path.join(draft, STAMP), stamp)
    if (await isBuilt(outDir, stamp)) return
    await replaceFolder(draft, outDir, stamp)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function bundle(outDir: string) {
  const { build } = await import('vite')
  const common = {
    configFile: false,
    root: SOURCE,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    // Under vitest NODE_ENV is "test", for which vite would compile JSX for React's development build.
    oxc: { jsx: { runtime: 'automatic', development: false } },
  } as const
  await build({ ...common, build: { outDir, emptyOutDir: true } })
  // HubSpot's bundles are classic scripts loaded with importScripts, so the worker is one IIFE, not a module.
  await build({
    ...common,
    build: {
      outDir: path.join(outDir, 'assets'),
      emptyOutDir: false,
      lib: {
        entry: path.join(SOURCE, 'extension/worker.ts'),
        formats: ['iife'],
        name: 'SandboxWorker',
        fileName: () => 'worker.js',
      },
    },
  })
}

async function replaceFolder(draft: string, outDir: string, stamp: string) {
  await rm(outDir, { recursive: true, force: true })
  try {
    await rename(draft, outDir)
  } catch (error) {
    if (!(await isBuilt(outDir, stamp))) throw error
  }
}

async function isBuilt(outDir: string, stamp: string) {
  const file = path.join(outDir, STAMP)
  return existsSync(file) && (await readFile(file, 'utf8')) === stamp
}

/** A digest of every source file and of the versions of what is bundled with it. */
async function readStamp() {
  const hash = createHash('sha256')
  const entries = await readdir(SOURCE, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  for (const file of files.sort()) {
    hash
      .update(path.relative(SOURCE, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0')
  }
  for (const name of ['vite', 'react', 'react-dom', '@remote-ui/core', '@remote-ui/react', '@remote-ui/rpc']) {
    hash.update(await readFile(path.resolve(SOURCE, '../../../node_modules', name, 'package.json')))
  }
  return hash.digest('hex')
}
