import { join } from 'node:path'
import { isFields, readJson } from './read-project.ts'

// biome-ignore lint/suspicious/noTemplateCurlyInString: HubSpot's variable, not ours.
const ORIGIN = '${API_ORIGIN}'

/**
 * Every address of ours in the manifests must be built on the one variable `API_ORIGIN`: a card that asks one host while
 * webhooks and OAuth go to another would be two half installations. Sentences; empty when all agree.
 */
export function checkOrigins(sourceDir: string): string[] {
  const app = configOf(join(sourceDir, 'app/app-hsmeta.json'))
  const webhooks = configOf(join(sourceDir, 'app/webhooks/webhooks-hsmeta.json'))
  const urls = [
    ...texts(app, ['permittedUrls', 'fetch']).map((url) => ({ where: 'permittedUrls.fetch', url, exact: true })),
    ...texts(app, ['permittedUrls', 'iframe']).map((url) => ({ where: 'permittedUrls.iframe', url, exact: true })),
    ...texts(app, ['permittedUrls', 'img']).map((url) => ({ where: 'permittedUrls.img', url, exact: true })),
    ...texts(app, ['auth', 'redirectUrls']).map((url) => ({ where: 'auth.redirectUrls', url, exact: false })),
    ...texts(webhooks, ['settings', 'targetUrl']).map((url) => ({ where: 'webhooks targetUrl', url, exact: false })),
  ]
  const problems = urls
    .filter(({ url, exact }) => (exact ? url !== ORIGIN : !url.startsWith(`${ORIGIN}/`)))
    .map(({ where, url }) => `${where}: "${url}" must be built on ${ORIGIN}.`)
  for (const where of ['permittedUrls.fetch', 'auth.redirectUrls', 'webhooks targetUrl']) {
    if (!urls.some((entry) => entry.where === where)) problems.push(`${where}: names no address on ${ORIGIN}.`)
  }
  return problems
}

function configOf(file: string): unknown {
  const manifest = readJson(file)
  return isFields(manifest) ? manifest.config : undefined
}

function texts(config: unknown, path: readonly string[]): string[] {
  const value = path.reduce<unknown>((at, key) => (isFields(at) ? at[key] : undefined), config)
  return (Array.isArray(value) ? value : [value]).filter((entry) => typeof entry === 'string')
}
