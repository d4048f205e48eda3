import type { PortalContext } from '#core/context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    portal: PortalContext
  }
}
