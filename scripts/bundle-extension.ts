import { remoteBuild } from '@hubspot/ui-extensions-dev-server/build'

// Builds one extension with HubSpot's own production build. A process of its own: the build takes NODE_ENV from the
// environment (a test run would get React's development runtime), brings its own vite and prints what it likes.
const [root, entryPoint, outputDir] = process.argv.slice(2)
if (root === undefined || entryPoint === undefined || outputDir === undefined) {
  throw new Error('Usage: bundle-extension.ts <extension folder> <entry file> <output folder>')
}
await remoteBuild({ root, entryPoint, outputDir, logLevel: 'error' })
