import { isFields } from './read-project.ts'

/** The only modules of React's family HubSpot's build may put inside: the rest comes from the worker's globals. */
const REACT_INSIDE = /\/node_modules\/react\/(jsx-runtime\.js|cjs\/react-jsx-runtime\.production\.min\.js)$/

/** `this.DealCard=this.DealCard||{};(function(exports,React,RemoteUI){…`, or without the first part. */
const ONE_FUNCTION = /^(this[.[][^;]+;)*\(function\(/

export interface BundleToCheck {
  code: string
  /** What HubSpot's build wrote beside the bundle: its modules. */
  manifest: unknown
  /** The repository's folder, which no bundle may name. */
  rootDir: string
}

/** What keeps a bundle from running in HubSpot's worker, as sentences; HubSpot's build itself lets all of it pass. */
export function checkBundle({ code, manifest, rootDir }: BundleToCheck): string[] {
  const problems: string[] = []
  if (!ONE_FUNCTION.test(code)) problems.push('It is not the one function HubSpot loads, but leaves globals behind.')
  if (/process\.env/.test(code)) problems.push('It reads process.env; use context.variables.')
  if (/__vite-browser-external|\brequire\(|["']node:/.test(code)) problems.push('It uses a module of Node.')
  if (code.includes(rootDir)) problems.push('It names a path of this machine.')
  for (const module of modulesOf(manifest)) {
    if (/__vite-browser-external|^node:/.test(module)) problems.push(`It uses a module of Node: ${module}.`)
    if (/\/node_modules\/(react|react-dom|scheduler|react-reconciler)\//.test(module) && !REACT_INSIDE.test(module)) {
      problems.push(`It brings a second React: ${module.replace(/^.*node_modules\//, '')}.`)
    }
  }
  return [...new Set(problems)]
}

function modulesOf(manifest: unknown): string[] {
  const modules = isFields(manifest) && isFields(manifest.modules) ? manifest.modules : {}
  return Object.values(modules)
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .filter(isFields)
    .map((entry) => String(entry.module).split('?')[0] ?? '')
}
