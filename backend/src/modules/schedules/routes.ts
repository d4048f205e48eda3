import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Answer } from '#shared/contract/common.ts'
import { HolidayCountries } from '#shared/contract/schedule.ts'
import { listHolidayCountries } from './find-holiday.ts'

export const scheduleRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/holiday-countries', { schema: { response: { 200: Answer(HolidayCountries) } } }, async () => ({
    ok: true as const,
    data: { countries: listHolidayCountries() },
  }))
}
