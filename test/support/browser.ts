import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

const ROOT = path.resolve(import.meta.dirname, '../..')
const BUNDLED_MAJOR = '153'

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
 * Throws with what to set when there is none, or when another version than the pinned one started.
 */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env['CHROMIUM_PATH']
  if (!own && process.platform !== 'linux') {
    throw new Error('Set CHROMIUM_PATH to a Chrome or Chromium to run the browser tests: the bundled one is for Linux.')
  }
  const browser = await chromium.launch({ executablePath: own ?? (await unpackBundled()), args: ARGS })
  if (!own && !browser.version().startsWith(`${BUNDLED_MAJOR}.`)) {
    const version = browser.version()
    await browser.close()
    throw new Error(
      `Expected Chromium ${BUNDLED_MAJOR}, got ${version}: delete node_modules/.cache/chromium-${BUNDLED_MAJOR}.`,
    )
  }
  return browser
}

/**
 * The package unpacks into the temporary folder and takes whatever lies there, even an older version or half a file,
 * so it gets a folder of its own. The AWS variable, set before the import, makes it bring its own nss libraries.
 */
async function unpackBundled(): Promise<string> {
  const folder = path.join(ROOT, `node_modules/.cache/chromium-${BUNDLED_MAJOR}`)
  await mkdir(folder, { recursive: true })
  const before = { TMPDIR: process.env['TMPDIR'], AWS_EXECUTION_ENV: process.env['AWS_EXECUTION_ENV'] }
  process.env['TMPDIR'] = folder
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x'
  try {
    const { default: bundled } = await import('@sparticuz/chromium')
    return await bundled.executablePath()
  } finally {
    restore('TMPDIR', before.TMPDIR)
    restore('AWS_EXECUTION_ENV', before.AWS_EXECUTION_ENV)
  }
}

function restore(name: string, value: string | undefined) {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}

/** Writes what the page shows to `test/screenshots/<name>.png`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(ROOT, 'test/screenshots', `${name}.png`), animations: 'disabled' })
}
