import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'

/** A webhook subscription as `webhooks-hsmeta.json` writes it, with the bucket it stood in. */
export interface Subscription {
  readonly bucket: 'crmObjects' | 'legacyCrmObjects' | 'hubEvents'
  readonly subscriptionType: string
  readonly objectType?: string
  readonly propertyName?: string
  readonly active?: boolean
}

export interface Extension {
  readonly uid: string
  readonly type: 'card' | 'settings'
  readonly title: string
  readonly location: string
  readonly bundleUrl: string
}

export interface EventType {
  readonly name: string
  readonly objectType: string
  readonly headerTemplate: string
  readonly detailTemplate: string
}

/** What the stand-in knows of the app from its project files. */
export interface AppProject {
  readonly appName: string
  readonly targetUrl: string
  readonly maxConcurrentRequests: number
  readonly subscriptions: readonly Subscription[]
  readonly scopes: { readonly required: string[]; readonly conditional: string[]; readonly optional: string[] }
  /** Empty: any address of the app is taken. */
  readonly redirectUrls: readonly string[]
  readonly permittedFetchUrls: readonly string[]
  readonly extensions: readonly Extension[]
  /** App events by uid. */
  readonly eventTypes: ReadonlyMap<string, EventType>
}

/** Reads the HubSpot project with `${API_ORIGIN}` replaced, as an upload with a profile would. Missing files are defaults. */
export function readProject(root: string, appUrl: string): AppProject {
  const app = readConfig(join(root, 'app', 'app-hsmeta.json'), appUrl)
  const webhooks = readConfig(join(root, 'app', 'webhooks', 'webhooks-hsmeta.json'), appUrl)
  const settings = record(webhooks.settings)
  const auth = record(app.auth)
  const permitted = strings(record(app.permittedUrls).fetch)
  return {
    appName: String(app.name ?? 'Stagecue'),
    targetUrl: String(settings.targetUrl ?? `${appUrl}/webhooks/hubspot`),
    maxConcurrentRequests: Number(settings.maxConcurrentRequests ?? 10),
    subscriptions: readSubscriptions(record(webhooks.subscriptions)),
    scopes: {
      required: strings(auth.requiredScopes),
      conditional: strings(auth.conditionallyRequiredScopes),
      optional: strings(auth.optionalScopes),
    },
    redirectUrls: strings(auth.redirectUrls),
    permittedFetchUrls: permitted.length > 0 ? permitted : [appUrl],
    extensions: [...readExtensions(root, 'cards', appUrl), ...readExtensions(root, 'settings', appUrl)],
    eventTypes: readEventTypes(root, appUrl),
  }
}

function readEventTypes(root: string, appUrl: string): Map<string, EventType> {
  const types = new Map<string, EventType>()
  for (const meta of readMetas(root, 'app-events', appUrl)) {
    const config = record(meta.config)
    types.set(String(meta.uid ?? ''), {
      name: String(config.name ?? ''),
      objectType: String(config.objectType ?? ''),
      headerTemplate: String(config.headerTemplate ?? ''),
      detailTemplate: String(config.detailTemplate ?? ''),
    })
  }
  return types
}

function readMetas(root: string, folder: string, appUrl: string): Record<string, unknown>[] {
  const directory = join(root, 'app', folder)
  if (!existsSync(directory)) return []
  const files = readdirSync(directory).filter((name) => name.endsWith('-hsmeta.json'))
  return files.sort().map((file) => record(JSON.parse(readInterpolated(join(directory, file), appUrl))))
}

function readSubscriptions(buckets: Record<string, unknown>): Subscription[] {
  const all: Subscription[] = []
  for (const bucket of ['crmObjects', 'legacyCrmObjects', 'hubEvents'] as const) {
    const rows = buckets[bucket]
    if (Array.isArray(rows)) all.push(...rows.map((row: Omit<Subscription, 'bucket'>) => ({ ...row, bucket })))
  }
  return all
}

function readExtensions(root: string, folder: string, appUrl: string): Extension[] {
  return readMetas(root, folder, appUrl).map((meta) => {
    const config = record(meta.config)
    const type = meta.type === 'settings' ? 'settings' : 'card'
    const entry = String(config.entrypoint ?? '')
    return {
      uid: String(meta.uid ?? ''),
      type,
      title: String(config.name ?? (type === 'settings' ? 'Settings' : 'Card')),
      location: String(config.location ?? (type === 'settings' ? 'settings' : 'crm.record.tab')),
      bundleUrl: `/bundles/${basename(entry, extname(entry))}.js`,
    }
  })
}

function readConfig(path: string, appUrl: string): Record<string, unknown> {
  return existsSync(path) ? record(record(JSON.parse(readInterpolated(path, appUrl))).config) : {}
}

function readInterpolated(path: string, appUrl: string): string {
  const text = readFileSync(path, 'utf8')
  return text.replaceAll('$' + '{API_ORIGIN}', appUrl).replaceAll('$' + '{APP_NAME}', 'Stagecue')
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}
