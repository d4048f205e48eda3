import { expect, test } from 'vitest'
import { signV1, signV2, signV3 } from './hubspot/sign.ts'

const SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'
const base = { clientSecret: SECRET, method: 'POST', url: 'https://www.example.com/webhook_uri', timestamp: 0 }

/** The published examples of HubSpot's request validation page and of its client's own tests. */
test('the published examples come out', () => {
  const events =
    '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]'
  expect(signV1({ clientSecret: SECRET, body: events })).toBe(
    '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de',
  )
  expect(signV2({ ...base, method: 'GET', body: '' })).toBe(
    'eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e',
  )
  expect(signV2({ ...base, body: '{"example_field":"example_value"}' })).toBe(
    '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900',
  )
  expect(signV3({ ...base, body: "{'example_field':'example_value'}", timestamp: 1693657560000 })).toBe(
    'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
  )
})

test('the documented escapes of the address are decoded before it is hashed, and no others', () => {
  const request = { ...base, body: '[]', timestamp: 1790000004000 }
  const escaped = 'https://example.com/hooks?src=hs%3Aapp%2fv3&x=%28a%29&mail=a%40b&keep=%20%2B%26%3D%25'
  const plain = 'https://example.com/hooks?src=hs:app/v3&x=(a)&mail=a@b&keep=%20%2B%26%3D%25'
  expect(signV3({ ...request, url: escaped })).toBe(signV3({ ...request, url: plain }))
  expect(signV3({ ...request, url: plain.replace('%2B', '+') })).not.toBe(signV3({ ...request, url: plain }))
})
