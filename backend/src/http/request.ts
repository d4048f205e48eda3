import type { PortalContext } from '#core/context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; only in the scope of `verifyRequests`, and only after the signature was checked. */
    portal: PortalContext
  }
}
