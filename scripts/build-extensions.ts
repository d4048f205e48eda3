import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { checkBundle } from './check-bundle.ts'
import { isolateExtension } from './isolate-extension.ts'
import { type ProjectComponent, readProject } from './read-project.ts'

const ROOT = dirname(import.meta.dirname)

/** One built extension, as the sandbox lists it. */
export interface BuiltExtension {
  uid: string
  type: 'card' | 'settings'
  title: string
  /** A card's place, e.g. `crm.record.sidebar`. */
  location?: string
  /** Name of the bundle inside the output folder. */
  file: string
}

/**
 * Builds every card and settings page with HubSpot's own production build into `outDir`, and writes `manifest.json` (the
 * list this function gives) beside the bundles. Unchanged sources are not built again.
 * @throws Error with readable reasons when a bundle does not build or holds what HubSpot's worker cannot run.
 */
export async function buildExtensions({ outDir }: { outDir: string }): Promise<BuiltExtension[]> {
  const fingerprint = await hashSources()
  const earlier = await readEarlier(outDir, fingerprint)
  if (earlier !== null) return earlier

  const { sourceDir, components } = await readProject(ROOT, 'prod')
  const extensions = components.filter(({ type }) => type === 'CARD' || type === 'SETTINGS')
  await mkdir(outDir, { recursive: true })
  const built: BuiltExtension[] = []
  for (const extension of extensions) {
    const described = describe(extension)
    if (built.some((other) => other.file === described.file)) {
      throw new Error(`Two extensions have the entry file ${described.file}. Give one of them another name.`)
    }
    await bundle(join(sourceDir, String(extension.config.entrypoint)), outDir, described.file)
    built.push(described)
  }
  await replaceFile(join(outDir, 'manifest.json'), `${JSON.stringify(built, null, 2)}\n`)
  await replaceFile(join(outDir, 'sources.sha256'), fingerprint)
  return built
}

function describe({ uid, type, config }: ProjectComponent): BuiltExtension {
  const file = basename(String(config.entrypoint)).replace(/\.tsx$/, '.js')
  if (type === 'SETTINGS') return { uid, type: 'settings', title: 'Stagecue settings', file }
  return { uid, type: 'card', title: String(config.name), location: String(config.location), file }
}

/** Built elsewhere and then moved, so that nobody serves half a bundle while another process builds. */
async function bundle(entryPoint: string, outDir: string, file: string): Promise<void> {
  // Outside the repository: there, what the extension does not bring itself is not found.
  const work = await mkdtemp(join(tmpdir(), 'stagecue-build-'))
  try {
    const folder = isolateExtension(ROOT, dirname(entryPoint), work)
    const output = join(work, 'output')
    await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, 'bundle-extension.ts'), folder, join(folder, basename(entryPoint)), output],
      { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production' } },
    )
    const code = await readFile(join(output, file), 'utf8')
    const manifest: unknown = JSON.parse(await readFile(join(output, file.replace(/\.js$/, '-manifest.json')), 'utf8'))
    const problems = [ROOT, work].flatMap((rootDir) => checkBundle({ code, manifest, rootDir }))
    if (problems.length > 0) throw new Error(`${file} cannot run in HubSpot:\n  ${[...new Set(problems)].join('\n  ')}`)
    await replaceFile(join(outDir, file), code)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function replaceFile(file: string, content: string): Promise<void> {
  const next = `${file}.${randomUUID()}`
  await writeFile(next, content)
  await rename(next, file)
}

async function readEarlier(outDir: string, fingerprint: string): Promise<BuiltExtension[] | null> {
  try {
    if ((await readFile(join(outDir, 'sources.sha256'), 'utf8')) !== fingerprint) return null
    const built: BuiltExtension[] = JSON.parse(await readFile(join(outDir, 'manifest.json'), 'utf8'))
    await Promise.all(built.map(({ file }) => readFile(join(outDir, file))))
    return built
  } catch {
    // Nothing usable there: built anew.
    return null
  }
}

/** All that goes into the bundles: the extensions, the shared code, the build and the versions it runs with. */
async function hashSources(): Promise<string> {
  const folders = ['hubspot-project', 'shared']
  const files = [
    'hsproject.json',
    'node_modules/react/package.json',
    'node_modules/@hubspot/ui-extensions/package.json',
    'node_modules/@hubspot/ui-extensions-dev-server/package.json',
    'scripts/build-extensions.ts',
    'scripts/bundle-extension.ts',
    'scripts/check-bundle.ts',
    'scripts/isolate-extension.ts',
  ].map((file) => join(ROOT, file))
  for (const folder of folders) {
    const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })
    files.push(...entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)))
  }
  const hash = createHash('sha256')
  for (const file of files.filter((name) => !relative(ROOT, name).includes('/node_modules/')).sort()) {
    hash
      .update(relative(ROOT, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0')
  }
  return hash.digest('hex')
}
