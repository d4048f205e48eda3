import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createAjvInstance } from '@hubspot/project-parsing-lib/validation'
import { type HubSpotProject, isFields, listManifests, listProfiles, readJson, readProject } from './read-project.ts'

const SCHEMAS = join(import.meta.dirname, 'project-schemas')

/** HubSpot's internal type of a component → our schema of its `config`. */
const CONFIG_SCHEMAS: Record<string, string> = {
  APPLICATION: 'app.json',
  CARD: 'card.json',
  SETTINGS: 'settings.json',
  WEBHOOKS: 'webhooks.json',
  APP_EVENT: 'app-event.json',
}

/** HubSpot docs, project structure: each type has its folder, and no folders inside it. */
const FOLDERS: Record<string, string> = {
  app: 'app',
  card: 'app/cards',
  settings: 'app/settings',
  webhooks: 'app/webhooks',
  'app-event': 'app/app-events',
}

/**
 * What is wrong with the HubSpot project in `rootDir`, as sentences; empty when HubSpot should take it.
 * HubSpot's own schemas need a signed-in account, so the schemas are ours, from its documentation.
 */
export async function checkProject(rootDir: string): Promise<string[]> {
  const config = readJson(join(rootDir, 'hsproject.json'))
  const srcDir = isFields(config) && typeof config.srcDir === 'string' ? config.srcDir : 'src'
  const sourceDir = join(rootDir, srcDir)
  const profiles = listProfiles(sourceDir)
  const problems = profiles.length === 0 ? ['There is no hsprofile.<name>.json.'] : []
  problems.push(...checkManifests(sourceDir), ...checkProfiles(sourceDir, profiles))
  if (problems.length > 0) return problems

  for (const profile of profiles) {
    try {
      problems.push(...checkComponents(await readProject(rootDir, profile)).map((text) => `[${profile}] ${text}`))
    } catch (error) {
      problems.push(`[${profile}] ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return [...new Set(problems)]
}

function checkManifests(sourceDir: string): string[] {
  const owners = new Map<string, string>()
  return listManifests(sourceDir).flatMap((file) => {
    let manifest: unknown
    try {
      manifest = readJson(join(sourceDir, file))
    } catch {
      return [`${file}: is not JSON.`]
    }
    const problems = validate('component.json', manifest).map((text) => `${file}: ${text}`)
    const uid = isFields(manifest) ? String(manifest.uid) : ''
    const owner = owners.get(uid)
    if (owner !== undefined) problems.push(`${file}: uid "${uid}" is also used by ${owner}.`)
    owners.set(uid, file)
    const folder = FOLDERS[isFields(manifest) ? String(manifest.type) : '']
    if (folder !== undefined && dirname(file) !== folder) problems.push(`${file}: belongs directly in ${folder}.`)
    return problems
  })
}

function checkProfiles(sourceDir: string, profiles: readonly string[]): string[] {
  const contents = profiles.map((name) => ({ name, content: readJson(join(sourceDir, `hsprofile.${name}.json`)) }))
  return contents.flatMap(({ name, content }) =>
    validate('profile.json', content).map((text) => `hsprofile.${name}.json: ${text}`),
  )
}

function checkComponents({ sourceDir, components, skipped }: HubSpotProject): string[] {
  const problems = skipped.map((file) => `${file}: HubSpot would leave this manifest out; is it in the right folder?`)
  for (const { type, file, config } of components) {
    const schema = CONFIG_SCHEMAS[type]
    if (schema === undefined) problems.push(`${file}: there is no schema for ${type}; add one to project-schemas.`)
    else problems.push(...validate(schema, config).map((text) => `${file}: config${text}`))

    for (const unresolved of JSON.stringify(config).match(/\$\{[^}]*\}/g) ?? []) {
      problems.push(`${file}: ${unresolved} is not a variable of this profile.`)
    }
    for (const key of ['entrypoint', 'logo']) {
      const path = config[key]
      if (typeof path === 'string' && !existsSync(join(sourceDir, path))) {
        problems.push(`${file}: ${key} ${path} does not exist.`)
      }
    }
    if (type === 'APP_EVENT') problems.push(...checkTemplates(config).map((text) => `${file}: ${text}`))
  }
  for (const type of ['APPLICATION', 'SETTINGS', 'WEBHOOKS']) {
    const count = components.filter((component) => component.type === type).length
    if (count !== 1) problems.push(`There must be exactly one ${type}, there are ${count}.`)
  }
  return [...problems, ...checkScopes(components)]
}

/** A template may only name the event's own properties; HubSpot shows nothing for others. */
function checkTemplates(config: Record<string, unknown>): string[] {
  const properties = Array.isArray(config.properties) ? config.properties.filter(isFields) : []
  const known = new Set(properties.map((property) => property.name))
  const used = `${config.headerTemplate} ${config.detailTemplate}`.matchAll(/\{\{\s*([A-Za-z][A-Za-z0-9_]*)\s*\}\}/g)
  return [...used].flatMap(([, name]) => (known.has(name) ? [] : [`{{${name}}} is not one of its properties.`]))
}

/** HubSpot docs, scopes: a card or webhook needs its object's read scope, app events need `timeline`. */
function checkScopes(components: HubSpotProject['components']): string[] {
  const app = components.find((component) => component.type === 'APPLICATION')?.config
  const auth = isFields(app?.auth) ? app.auth : {}
  const scopes = Array.isArray(auth.requiredScopes) ? auth.requiredScopes : []
  const needed = components.flatMap(({ type, file, config }) => {
    if (type === 'APP_EVENT') return [{ file, scope: 'timeline' }]
    if (type === 'CARD' && Array.isArray(config.objectTypes)) {
      return config.objectTypes.map((object) => ({ file, scope: `crm.objects.${object}.read` }))
    }
    if (type !== 'WEBHOOKS' || !isFields(config.subscriptions)) return []
    const subscriptions = config.subscriptions.crmObjects
    return (Array.isArray(subscriptions) ? subscriptions : [])
      .filter(isFields)
      .map((subscription) => ({ file, scope: `crm.objects.${subscription.objectType}s.read` }))
  })
  const missing = needed.filter(({ scope }) => !scopes.includes(scope))
  return [...new Set(missing.map(({ file, scope }) => `${file}: needs the scope ${scope} in app-hsmeta.json.`))]
}

const ajv = createAjvInstance()
const compiled = new Map<string, ReturnType<typeof ajv.compile>>()

function validate(schemaFile: string, value: unknown): string[] {
  const check = compiled.get(schemaFile) ?? ajv.compile(readJson(join(SCHEMAS, schemaFile)) as object)
  compiled.set(schemaFile, check)
  if (check(value) === true) return []
  return (check.errors ?? []).map((error) => {
    const extra = error.params.additionalProperty ?? error.params.allowedValues
    return `${error.instancePath} ${error.message ?? error.keyword}${extra === undefined ? '' : ` (${extra})`}`
  })
}
