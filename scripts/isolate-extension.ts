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
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(copy, 'package.json'), 'utf8'),
  )
  for (const [name, version] of Object.entries(manifest.dependencies)) {
    const link = join(copy, 'node_modules', name)
    const installed = version.startsWith('file:')
      ? join(copy, version.slice('file:'.length))
      : realpathSync(join(rootDir, 'node_modules', name))
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(installed, link, 'dir')
  }
  return copy
}
