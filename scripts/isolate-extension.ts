import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/**
 * Copies the project into `target`, where the extension folder `folder` finds nothing but what its own package.json names:
 * HubSpot installs and builds each extension alone. Whatever only works because the whole repository is installed around
 * it fails here instead of after an upload. Gives the folder's copy.
 */
export function isolateExtension(rootDir: string, folder: string, target: string): string {
  for (const part of ['hubspot-project', 'shared']) {
    cpSync(join(rootDir, part), join(target, part), {
      recursive: true,
      filter: (source) => !source.endsWith('node_modules'),
    })
  }
  const copy = join(target, relative(rootDir, folder))
  const manifest: Manifest = readManifest(copy)
  const workspaces = new Map(
    (manifest.workspaces ?? []).map((path) => [readManifest(join(copy, path)).name, join(copy, path)]),
  )
  for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
    const link = join(copy, 'node_modules', name)
    const installed = version.startsWith('file:')
      ? join(copy, version.slice('file:'.length))
      : (workspaces.get(name) ?? realpathSync(join(rootDir, 'node_modules', name)))
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(installed, link, 'dir')
  }
  return copy
}

interface Manifest {
  name: string
  /** Folders, which npm links like a `file:` dependency. */
  workspaces?: string[]
  dependencies?: Record<string, string>
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
