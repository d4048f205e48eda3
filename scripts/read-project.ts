import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { parseProjectConfig } from '@hubspot/project-parsing-lib/projects'
import { translate } from '@hubspot/project-parsing-lib/translate'

/** One component of the HubSpot project, its config with the profile's variables filled in. */
export interface ProjectComponent {
  uid: string
  /** HubSpot's internal type: `APPLICATION`, `CARD`, `SETTINGS`, `WEBHOOKS`, `APP_EVENT`. */
  type: string
  /** Relative to the project's source folder. */
  file: string
  config: Record<string, unknown>
}

export interface HubSpotProject {
  /** Absolute. */
  sourceDir: string
  components: ProjectComponent[]
  /** Manifests HubSpot's parser would leave out, e.g. because of the folder they are in. */
  skipped: string[]
}

/**
 * Reads the project in `rootDir` as HubSpot's own parser does for one profile.
 * @throws Error when hsproject.json or a manifest cannot be parsed.
 */
export async function readProject(rootDir: string, profile: string): Promise<HubSpotProject> {
  const config = parseProjectConfig(rootDir)
  const sourceDir = join(rootDir, config.srcDir)
  const translated = await translate(
    { projectSourceDir: sourceDir, platformVersion: config.platformVersion },
    { skipValidation: true, profile },
  )
  const nodes = Object.values(translated.intermediateRepresentation.intermediateNodesIndexedByUid)
  const components = nodes.map((node) => ({
    uid: node.uid,
    type: node.componentType,
    file: node.metaFilePath,
    config: isFields(node.config) ? node.config : {},
  }))
  // The parser indexes by uid, so of two manifests with one uid only one is left.
  const read = new Set(components.map((component) => component.file))
  const skipped = listManifests(sourceDir).filter((file) => !read.has(file))
  return { sourceDir, components, skipped }
}

/** The profiles there are: `dev` for `hsprofile.dev.json`. */
export function listProfiles(sourceDir: string): string[] {
  return readdirSync(sourceDir).flatMap((name) => /^hsprofile\.(.+)\.json$/.exec(name)?.slice(1) ?? [])
}

/** All manifests, relative to the source folder. */
export function listManifests(sourceDir: string): string[] {
  return readdirSync(sourceDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('-hsmeta.json'))
    .map((entry) => relative(sourceDir, join(entry.parentPath, basename(entry.name))))
    .filter((file) => !file.includes('node_modules'))
    .sort()
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}

export function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
