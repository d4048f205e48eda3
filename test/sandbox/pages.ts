import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

const PAGES = [
  '/',
  '/board/:portalId',
  '/deals/:portalId/:dealId',
  '/contacts/:portalId/:contactId',
  '/settings/:portalId',
  '/inbox',
]

// A mail's own policy (srcdoc) can only tighten this one, so inline styles must be allowed here.
const PAGE_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  "frame-src 'self' http: https:",
  "base-uri 'self'",
  "object-src 'none'",
].join('; ')

// An extension has hubspot.fetch and nothing else: the browser's own fetch must fail here as it does in HubSpot.
const WORKER_POLICY = "default-src 'none'; script-src 'self'"

interface PortalPath {
  Params: { portalId: string }
}

interface ServedFile {
  type: string
  bytes: Buffer
  policy: string
}

/**
 * Serves what `buildPages` wrote into `dir`: `index.html` for every page's path and the files under `/assets/`.
 * Files are read once, at start, and looked up by their exact name, so no request reaches the file system.
 * Throws at registration when `dir` holds no build.
 */
export async function pageRoutes(app: FastifyInstance, { dir }: { dir: string }): Promise<void> {
  const index = await readServed(path.join(dir, 'index.html'))
  const assets = await readAssets(path.join(dir, 'assets'))

  for (const page of PAGES) {
    app.get(page, async (_request, reply) => reply.headers(headersOf(index, 'no-cache')).send(index.bytes))
  }
  // HubSpot's own addresses that an app links to (a deal board, the connected apps).
  app.get<PortalPath>('/contacts/:portalId/objects/0-3/views/all/board', async (request, reply) =>
    reply.redirect(`/board/${encodeURIComponent(request.params.portalId)}`),
  )
  app.get<PortalPath>('/integrations-settings/:portalId/installed', async (request, reply) =>
    reply.redirect(`/settings/${encodeURIComponent(request.params.portalId)}`),
  )
  app.get<{ Params: { '*': string } }>('/assets/*', async (request, reply) => {
    const file = assets.get(request.params['*'])
    if (!file) return reply.code(404).send({ message: 'The sandbox serves no such file.' })
    return reply.headers(headersOf(file, 'no-cache')).send(file.bytes)
  })
}

function headersOf(file: ServedFile, caching: string) {
  return {
    'content-type': file.type,
    'content-security-policy': file.policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': caching,
  }
}

async function readAssets(dir: string) {
  const files = new Map<string, ServedFile>()
  for (const name of await readdir(dir)) files.set(name, await readServed(path.join(dir, name)))
  return files
}

async function readServed(file: string): Promise<ServedFile> {
  const type = TYPES[path.extname(file)]
  if (!type) throw new Error(`The build holds ${path.basename(file)}, a kind of file the sandbox does not serve.`)
  const policy = path.basename(file) === 'worker.js' ? WORKER_POLICY : PAGE_POLICY
  return { type, bytes: await readFile(file), policy }
}
