import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Browser, chromium, type LaunchOptions, type Page } from 'playwright-core'

const ROOT = path.resolve(import.meta.dirname, '../..')
const BUNDLED_MAJOR = '153'
const FOLDER = path.join(ROOT, `node_modules/.cache/chromium-${BUNDLED_MAJOR}`)

// Not @sparticuz/chromium's own list: that one switches web security off and runs everything in one process.
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
  '--disable-background-networking',
]

/**
 * Starts Chromium for tests: the one at `CHROMIUM_PATH`, or the one @sparticuz/chromium brings (Linux only).
 * Throws with what to do when there is none, or when another version than the pinned one started.
 */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env.CHROMIUM_PATH
  if (own) return chromium.launch({ executablePath: own, args: ARGS })
  if (process.platform !== 'linux') {
    throw new Error('Set CHROMIUM_PATH to a Chrome or Chromium to run the browser tests: the bundled one is for Linux.')
  }
  const browser = await chromium.launch({ ...(await prepareBundled()), args: ARGS })
  const version = browser.version()
  if (version.startsWith(`${BUNDLED_MAJOR}.`)) return browser
  await browser.close()
  throw new Error(`Expected Chromium ${BUNDLED_MAJOR}, got ${version}: delete ${path.relative(ROOT, FOLDER)}.`)
}

/** Writes what the page shows to `test/screenshots/<name>.png`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(ROOT, 'test/screenshots', `${name}.png`), animations: 'disabled' })
}

async function prepareBundled(): Promise<LaunchOptions> {
  if (!existsSync(path.join(FOLDER, 'chromium'))) await unpackBundled()
  const libraries = [path.join(FOLDER, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  const env = { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: path.join(FOLDER, 'fonts.conf') }
  return { executablePath: path.join(FOLDER, 'chromium'), env }
}

/**
 * The package unpacks into the temporary folder and takes whatever lies there, even an older version or half a file, so
 * it gets a fresh folder that is moved into place when it is whole. The AWS variable, set before the import, makes it
 * bring its own nss libraries; what the import changes in the environment is undone, other programs would suffer.
 */
async function unpackBundled() {
  await mkdir(path.dirname(FOLDER), { recursive: true })
  const draft = await mkdtemp(`${FOLDER}-`)
  const before = { ...process.env }
  process.env.TMPDIR = draft
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x'
  try {
    const { default: bundled } = await import('@sparticuz/chromium')
    await bundled.executablePath()
    await writeFile(path.join(draft, 'fonts.conf'), describeFonts())
    await rename(draft, FOLDER)
  } catch (error) {
    // Another process may have been faster; then its folder is as good as ours.
    if (!existsSync(path.join(FOLDER, 'chromium'))) throw error
  } finally {
    for (const name of ['TMPDIR', 'AWS_EXECUTION_ENV', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME']) {
      const value = before[name]
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    await rm(draft, { recursive: true, force: true })
  }
}

/** The package's own fonts.conf looks in /tmp; without any font Chromium stops at the first letter it draws. */
function describeFonts() {
  const alias = (family: string) =>
    `<alias><family>${family}</family><prefer><family>Open Sans</family></prefer></alias>`
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(FOLDER, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${path.join(FOLDER, 'fonts-cache')}</cachedir>
  ${['sans-serif', 'system-ui'].map(alias).join('\n  ')}
</fontconfig>
`
}
