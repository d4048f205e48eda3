import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { archiveWorkspacesAndDependencies } from '@hubspot/cli/lib/projects/workspaces.js'
import {
  collectFileDependencies,
  collectWorkspaceDirectories,
  findAndParsePackageJsonFiles,
  getPackableFiles,
} from '@hubspot/project-parsing-lib/workspaces'
import { afterEach, describe, expect, test } from 'vitest'
import { checkBundle } from '../../scripts/check-bundle.ts'
import { checkOrigins } from '../../scripts/check-origins.ts'
import { checkProject } from '../../scripts/check-project.ts'
import { lintExtensions } from '../../scripts/lint-extensions.ts'
import { listManifests, readJson, readProject } from '../../scripts/read-project.ts'

const ROOT = join(import.meta.dirname, '../..')
const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A copy of the project in which something was changed. */
function projectWith(file: string, change: (text: string) => string): string {
  const copy = mkdtempSync(join(tmpdir(), 'stagecue-project-'))
  made.push(copy)
  cpSync(join(ROOT, 'hsproject.json'), join(copy, 'hsproject.json'))
  cpSync(join(ROOT, 'hubspot-project'), join(copy, 'hubspot-project'), { recursive: true })
  const path = join(copy, 'hubspot-project', file)
  mkdirSync(dirname(path), { recursive: true })
  const before = readOrEmpty(path)
  const after = change(before)
  expect(after).not.toBe(before)
  writeFileSync(path, after)
  return copy
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const APP = 'app/app-hsmeta.json'
const CARD = 'app/cards/deal-card-hsmeta.json'
const EVENT = 'app/app-events/deal-enrolled-hsmeta.json'
const HOOKS = 'app/webhooks/webhooks-hsmeta.json'
const variable = (name: string) => `\${${name}}`
const replacing = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to)

test('the project is as HubSpot wants it, for every profile', async () => {
  expect(await checkProject(ROOT)).toEqual([])
  expect(checkOrigins(join(ROOT, 'hubspot-project'))).toEqual([])
})

test('every manifest is read as a component, with the profile’s values', async () => {
  const { components, skipped, sourceDir } = await readProject(ROOT, 'prod')
  expect(skipped).toEqual([])
  expect(components).toHaveLength(listManifests(sourceDir).length)
  expect(components.find(({ type }) => type === 'APPLICATION')?.config).toMatchObject({
    name: 'Stagecue',
    permittedUrls: { fetch: ['https://app.stagecue.example'] },
    auth: { requiredScopes: ['oauth', 'crm.objects.contacts.read', 'crm.objects.deals.read', 'timeline'] },
  })
})

test('scopes and timeline events are the documented ones', async () => {
  const { components } = await readProject(ROOT, 'prod')
  const events = readFileSync(join(ROOT, 'docs/timeline-events.md'), 'utf8')
  for (const { type, uid, config } of components) {
    if (type === 'APP_EVENT') expect(events).toContain(`| \`${uid}\` | ${config.objectType} | ${config.name} |`)
  }
  expect(events.match(/^\| `stagecue_/gm)).toHaveLength(components.filter(({ type }) => type === 'APP_EVENT').length)
  const [asked = ''] = readFileSync(join(ROOT, 'docs/scopes.md'), 'utf8').split('## Not asked for')
  const [required = '', optional = ''] = asked.split('## Optional')
  const named = (text: string) =>
    [...text.matchAll(/`(oauth|timeline|sales-email-read|[a-z_]+\.[a-z_.]+)`/g)].map(([, scope]) => scope).sort()
  const auth = components.find(({ type }) => type === 'APPLICATION')?.config.auth
  expect(auth).toMatchObject({
    requiredScopes: expect.toSatisfy((scopes: string[]) => named(required).join() === scopes.toSorted().join()),
    optionalScopes: expect.toSatisfy((scopes: string[]) => named(optional).join() === scopes.toSorted().join()),
  })
})

test('event names are unique, because HubSpot lets nobody change them later', async () => {
  const { components } = await readProject(ROOT, 'prod')
  const names = components.filter(({ type }) => type === 'APP_EVENT').map(({ config }) => config.name)
  expect(new Set(names).size).toBe(names.length)
})

describe('planted errors are found', () => {
  test.each<[what: string, file: string, change: (text: string) => string, said: RegExp]>([
    [
      'HubSpot’s name in ours',
      'hsprofile.dev.json',
      replacing('Stagecue (dev)', 'Stagecue for HubSpot'),
      /config\/name/,
    ],
    ['a misspelled field', APP, replacing('"logo"', '"logos"'), /additional properties \(logos\)/],
    ['no oauth scope', APP, replacing('"oauth", ', ''), /requiredScopes/],
    ['an unknown distribution', APP, replacing('"marketplace"', '"public"'), /config\/distribution/],
    [
      'a redirect without https',
      APP,
      replacing(`${variable('API_ORIGIN')}/oauth`, 'http://example.com/oauth'),
      /redirectUrls\/0/,
    ],
    ['a missing logo', APP, replacing('/app/logo.png', '/app/logo-2.png'), /logo-2\.png does not exist/],
    ['an unknown variable', APP, replacing(variable('APP_NAME'), variable('APPNAME')), /APPNAME/],
    ['a missing uid', CARD, replacing(/"uid": "[a-z_]+",/, ''), /required property 'uid'/],
    ['a uid twice', CARD, replacing('stagecue_deal_card', 'stagecue_settings'), /also used by/],
    ['an unknown key beside uid', CARD, replacing('"type": "card"', '"type": "card", "colour": "red"'), /colour/],
    ['a place that does not exist', CARD, replacing('crm.record.sidebar', 'crm.record.left'), /config\/location/],
    ['no object type', CARD, replacing('["deals"]', '[]'), /config\/objectTypes/],
    ['an object without its scope', CARD, replacing('["deals"]', '["tickets"]'), /crm\.objects\.tickets\.read/],
    ['an entry file that is not there', CARD, replacing('DealCard.tsx', 'Card.tsx'), /Card\.tsx does not exist/],
    [
      'a card in the wrong folder',
      'app/settings/card-hsmeta.json',
      () => cardText('other_card'),
      /belongs directly in app\/cards/,
    ],
    ['a second settings page', 'app/settings/two-hsmeta.json', () => settingsText('two'), /exactly one SETTINGS/],
    ['an event name that is too long', EVENT, replacing('Sequence started', 'S'.repeat(60)), /config\/name/],
    ['an unknown property type', EVENT, replacing('"number"', '"integer"'), /config\/properties\/\d\/type/],
    ['a property the template invents', EVENT, replacing('{{reason}}', '{{cause}}'), /\{\{cause\}\} is not one of/],
    ['events without their scope', APP, replacing(', "timeline"', ''), /needs the scope timeline/],
    ['an unknown webhook', HOOKS, replacing('object.restore', 'object.restored'), /crmObjects\/\d\/subscriptionType/],
    ['a change of no property', HOOKS, replacing(/"propertyName": "dealstage",\s*/, ''), /propertyName/],
    [
      'too little concurrency',
      HOOKS,
      replacing(/"maxConcurrentRequests": 10/, '"maxConcurrentRequests": 5'),
      /must be >= 6/,
    ],
    ['a profile without its account', 'hsprofile.dev.json', replacing(/"accountId": \d+,/, ''), /accountId/],
    [
      'an origin with a path',
      'hsprofile.dev.json',
      replacing('dev.stagecue.example', 'stagecue.example/dev'),
      /API_ORIGIN/,
    ],
    ['a manifest that is not JSON', EVENT, (text) => text.slice(1), /is not JSON/],
  ])('%s', async (_, file, change, said) => {
    const problems = await checkProject(projectWith(file, change))
    expect(problems.join('\n')).toMatch(said)
  })

  test('an address of ours on another origin', () => {
    for (const [file, from, to] of [
      [APP, `"fetch": ["${variable('API_ORIGIN')}"]`, '"fetch": ["https://other.example"]'],
      [APP, `${variable('API_ORIGIN')}/oauth/callback`, 'https://other.example/oauth/callback'],
      [HOOKS, `${variable('API_ORIGIN')}/webhooks`, 'https://other.example/webhooks'],
    ] as const) {
      const copy = projectWith(file, replacing(from, to))
      expect(checkOrigins(join(copy, 'hubspot-project')).join('\n')).toMatch(/other\.example/)
    }
  })

  function cardText(uid: string) {
    return JSON.stringify({
      uid,
      type: 'card',
      config: { name: 'Other', location: 'crm.preview', objectTypes: ['deals'] },
    })
  }
  function settingsText(uid: string) {
    return JSON.stringify({ uid, type: 'settings', config: { entrypoint: '/app/settings/SettingsPage.tsx' } })
  }
})

test('HubSpot’s lint rules find what its worker cannot run', async () => {
  // Inside the repository, because ESLint looks at nothing outside its base folder.
  mkdirSync(join(ROOT, 'dist'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, 'dist/lint-'))
  made.push(folder)
  writeFileSync(
    join(folder, 'Bad.tsx'),
    "export const Bad = () => <div onClick={() => window.alert('x')}>{String(fetch('https://example.com'))}</div>\n",
  )
  const said = (await lintExtensions(ROOT, folder.slice(ROOT.length + 1))).join('\n')
  expect(said).toContain('no-html-elements')
  expect(said).toContain('no-native-http')
  expect(said).toContain('Bad.tsx:1')
})

describe('bundles', () => {
  const rootDir = '/home/ada/stagecue'
  const good = 'this.DealCard=this.DealCard||{};(function(e,t){})(this.DealCard,React);'
  const moduleList = (...modules: string[]) => ({
    modules: { external: modules.map((module) => ({ module })), internal: [] },
  })
  const inside = moduleList(
    `${rootDir}/node_modules/react/jsx-runtime.js?commonjs-module`,
    `${rootDir}/node_modules/react/cjs/react-jsx-runtime.production.min.js`,
    `${rootDir}/node_modules/@hubspot/ui-extensions/dist/hubspot.js`,
  )

  test('one function with React’s small runtime passes', () => {
    expect(checkBundle({ code: good, manifest: inside, rootDir })).toEqual([])
  })

  test.each([
    ['process.env', `${good}process.env.SECRET`, inside, /process\.env/],
    ['a module of Node', good, moduleList('__vite-browser-external:node:fs'), /module of Node/],
    ['a second React', good, moduleList(`${rootDir}/node_modules/react/cjs/react.production.min.js`), /second React/],
    [
      'React’s development runtime',
      good,
      moduleList(`${rootDir}/node_modules/react/cjs/react-jsx-runtime.development.js`),
      /second React/,
    ],
    ['a path of the machine', `${good}"${rootDir}/shared"`, inside, /path of this machine/],
    ['globals left behind', `var a=1;${good}`, inside, /leaves globals behind/],
  ])('%s is refused', (_, code, manifest, said) => {
    expect(checkBundle({ code, manifest, rootDir }).join('\n')).toMatch(said)
  })
})

test('the locks of the extension folders name no machine and no registry', () => {
  for (const folder of ['cards', 'settings']) {
    const path = join(ROOT, 'hubspot-project/app', folder, 'package-lock.json')
    const { packages } = readJson(path) as { packages: Record<string, { resolved?: string; version?: string }> }
    const resolved = Object.values(packages).flatMap((entry) => (entry.resolved === undefined ? [] : [entry.resolved]))
    expect(resolved.sort()).toEqual(['../../../shared', '../packages/app-client'])
    expect(packages['node_modules/react']?.version).toBe('18.3.1')
    expect(Object.keys(packages).filter((name) => /(^|\/)node_modules\/react$/.test(name))).toHaveLength(1)
  }
})

test('HubSpot’s own upload packs the shared package for both extensions and points both at it', async () => {
  const sourceDir = join(ROOT, 'hubspot-project')
  const manifests = await findAndParsePackageJsonFiles(sourceDir)
  const written = new Map<string, string>()
  const folders: string[] = []
  const archive = {
    append: (content: string, { name }: { name: string }) => written.set(name, content),
    directory: (_: string, name: string) => folders.push(name),
  }
  await archiveWorkspacesAndDependencies(
    archive as never,
    sourceDir,
    await collectWorkspaceDirectories(manifests),
    await collectFileDependencies(manifests),
  )

  expect(folders).toEqual([expect.stringMatching(/^_workspaces\/shared-[0-9a-f]{8}$/)])
  for (const folder of ['cards', 'settings']) {
    const shared = `../../${folders[0]}`
    expect(JSON.parse(written.get(`app/${folder}/package.json`) ?? '{}')).toMatchObject({ workspaces: [shared] })
    const lock = written.get(`app/${folder}/package-lock.json`) ?? ''
    expect(JSON.parse(lock).packages).toMatchObject({
      [shared]: { name: '@stagecue/shared' },
      'node_modules/@stagecue/shared': { resolved: shared, link: true },
    })
    expect(lock).not.toContain('../../../shared')
  }
  const packed = await getPackableFiles(join(ROOT, 'shared'))
  expect([...packed]).toEqual(expect.arrayContaining(['routes.ts', 'vocabulary.ts', 'package.json']))
})

test('the package both extensions share needs nothing installed beside it but React', () => {
  const folder = join(ROOT, 'hubspot-project/app/packages/app-client')
  for (const file of readdirSync(folder).filter((name) => /\.tsx?$/.test(name))) {
    const imports = readFileSync(join(folder, file), 'utf8').matchAll(
      /^(?:import|export) (?!type ).*? from '([^']+)'/gm,
    )
    for (const [, from] of imports) expect(`${file} ${from}`).toMatch(/ (\.\/.+|react)$/)
  }
})
