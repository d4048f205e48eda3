import { createRequire, registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

// typescript-eslint needs TypeScript 5; some of its parts are installed at the root, where `typescript` is 7. Whoever asks
// for TypeScript in this process gets the one installed here.
const own = pathToFileURL(createRequire(import.meta.url).resolve('typescript')).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'typescript' ? { url: own, format: 'commonjs', shortCircuit: true } : next(specifier, context),
})
