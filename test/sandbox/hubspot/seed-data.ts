import type { Pipeline, Stage } from './types.ts'

/** Invented companies and people; every address is under a domain reserved for documentation (RFC 2606). */
export interface SeedPortal {
  readonly portalId: number
  readonly name: string
  readonly domain: string
  readonly timeZone: string
  readonly utcOffset: string
  readonly currency: string
  readonly people: readonly [userId: number, ownerId: string, firstName: string, lastName: string, name: string][]
  readonly pipelines: readonly Pipeline[]
  readonly companies: readonly [name: string, domain: string, industry: string][]
  readonly contacts: readonly [firstName: string, lastName: string, title: string, company: number, phone: string][]
  readonly deals: readonly [
    name: string,
    amount: number,
    stage: string,
    owner: number,
    company: number,
    contacts: readonly number[],
  ][]
}

function stages(prefix: string, rows: readonly [id: string, label: string, probability: string][]): Stage[] {
  return rows.map(([id, label, probability]) => ({
    id: prefix + id,
    label,
    probability,
    isClosed: probability === '1.0' || probability === '0.0',
  }))
}

export const NORTHWIND: SeedPortal = {
  portalId: 48211607,
  name: 'Northwind Robotics',
  domain: 'northwind-robotics.example',
  timeZone: 'America/Chicago',
  utcOffset: '-06:00',
  currency: 'USD',
  people: [
    [61204417, '71810221', 'Maya', 'Lindqvist', 'maya.lindqvist'],
    [61204418, '71810222', 'Tomas', 'Okafor', 'tomas.okafor'],
    [61204419, '71810223', 'Priya', 'Raman', 'priya.raman'],
  ],
  pipelines: [
    {
      id: 'default',
      label: 'Sales pipeline',
      stages: stages('', [
        ['lead', 'Lead', '0.1'],
        ['qualified', 'Qualified', '0.2'],
        ['demoscheduled', 'Demo scheduled', '0.4'],
        ['proposalsent', 'Proposal sent', '0.6'],
        ['negotiation', 'Negotiation', '0.8'],
        ['closedwon', 'Closed won', '1.0'],
        ['closedlost', 'Closed lost', '0.0'],
      ]),
    },
    {
      id: '812406113',
      label: 'Renewals',
      stages: stages('', [
        ['1184420931', 'Renewal due', '0.5'],
        ['1184420932', 'In conversation', '0.7'],
        ['1184420933', 'Renewed', '1.0'],
        ['1184420934', 'Not renewed', '0.0'],
      ]),
    },
  ],
  companies: [
    ['Alder Foods', 'alderfoods.example', 'FOOD_PRODUCTION'],
    ['Brightline Logistics', 'brightline.example', 'LOGISTICS_AND_SUPPLY_CHAIN'],
    ['Cobalt Bearings', 'cobaltbearings.example', 'MACHINERY'],
    ['Delft Packaging', 'delftpackaging.example', 'PACKAGING_AND_CONTAINERS'],
    ['Everpine Furniture', 'everpine.example', 'FURNITURE'],
    ['Foxglove Pharma', 'foxglovepharma.example', 'PHARMACEUTICALS'],
    ['Granite Peak Cycles', 'granitepeak.example', 'SPORTING_GOODS'],
    ['Halcyon Textiles', 'halcyontextiles.example', 'TEXTILES'],
  ],
  contacts: [
    ['Nora', 'Whitfield', 'Head of Operations', 0, '+1 312 555 0101'],
    ['Jonas', 'Keller', 'Plant Manager', 0, '+1 312 555 0102'],
    ['Amara', 'Diallo', 'VP Supply Chain', 1, '+1 312 555 0103'],
    ['Felix', 'Moreau', 'Warehouse Lead', 1, '+1 312 555 0104'],
    ['Ingrid', 'Solberg', 'Production Director', 2, '+1 312 555 0105'],
    ['Mateo', 'Fuentes', 'Automation Engineer', 2, '+1 312 555 0106'],
    ['Hannah', 'de Vries', 'Chief Operating Officer', 3, '+1 312 555 0107'],
    ['Oliver', 'Brandt', 'Procurement Manager', 3, '+1 312 555 0108'],
    ['Sadie', 'Marsh', 'Owner', 4, '+1 312 555 0109'],
    ['Leon', 'Hartmann', 'Workshop Manager', 4, '+1 312 555 0110'],
    ['Yuki', 'Tanaka', 'Quality Director', 5, '+1 312 555 0111'],
    ['Grace', 'Ellery', 'Head of Manufacturing', 5, '+1 312 555 0112'],
    ['Ravi', 'Menon', 'Lab Automation Lead', 5, '+1 312 555 0113'],
    ['Clara', 'Jensen', 'Founder', 6, '+1 312 555 0114'],
    ['Dmitri', 'Volkov', 'Head of Assembly', 6, '+1 312 555 0115'],
    ['Beatriz', 'Costa', 'Mill Manager', 7, '+1 312 555 0116'],
    ['Samuel', 'Adeyemi', 'Finance Director', 7, '+1 312 555 0117'],
    ['Zoe', 'Carrington', 'Operations Analyst', 7, '+1 312 555 0118'],
  ],
  deals: [
    ['Alder Foods: pick-and-place cell', 48000, 'lead', 0, 0, [0, 1]],
    ['Brightline: two sorting arms', 92500, 'lead', 1, 1, [2]],
    ['Granite Peak: wheel-truing robot', 31000, 'lead', 2, 6, []],
    ['Halcyon: fabric handling pilot', 18500, 'lead', 0, 7, [15]],
    ['Cobalt: bearing inspection line', 127000, 'qualified', 1, 2, [4, 5]],
    ['Delft: box erector upgrade', 54000, 'qualified', 2, 3, [7]],
    ['Everpine: sanding cell', 39900, 'qualified', 0, 4, [8, 9]],
    ['Foxglove: vial loader', 210000, 'demoscheduled', 1, 5, [10, 11, 12]],
    ['Brightline: depalletizer', 76000, 'demoscheduled', 2, 1, [3]],
    ['Granite Peak: frame welding study', 22000, 'demoscheduled', 0, 6, [13, 14]],
    ['Alder Foods: tray packing', 63500, 'proposalsent', 1, 0, [0]],
    ['Delft: end-of-line palletizer', 145000, 'proposalsent', 2, 3, [6, 7]],
    ['Halcyon: roll changer', 58200, 'proposalsent', 0, 7, [15, 16, 17]],
    ['Cobalt: retrofit of line 4', 88000, 'negotiation', 1, 2, [4]],
    ['Foxglove: clean-room trolley', 49500, 'negotiation', 2, 5, [11]],
    ['Everpine: starter arm', 24900, 'closedwon', 0, 4, [8]],
    ['Brightline: label applicator', 16800, 'closedlost', 1, 1, []],
    ['Everpine: service plan 2027', 9600, '1184420931', 2, 4, [8]],
  ],
}

export const HARBOR_PINE: SeedPortal = {
  portalId: 50733092,
  name: 'Harbor & Pine Studio',
  domain: 'harborandpine.example',
  timeZone: 'Europe/Copenhagen',
  utcOffset: '+01:00',
  currency: 'EUR',
  people: [
    [61377250, '71944630', 'Freja', 'Holm', 'freja.holm'],
    [61377251, '71944631', 'Anton', 'Bisgaard', 'anton.bisgaard'],
  ],
  pipelines: [
    {
      id: 'default',
      label: 'New business',
      stages: stages('', [
        ['appointmentscheduled', 'First talk', '0.2'],
        ['presentationscheduled', 'Pitch planned', '0.4'],
        ['contractsent', 'Proposal sent', '0.7'],
        ['closedwon', 'Contract signed', '1.0'],
        ['closedlost', 'Lost', '0.0'],
      ]),
    },
  ],
  companies: [
    ['Lighthouse Bakery', 'lighthousebakery.example', 'FOOD_BEVERAGES'],
    ['Tidewater Yoga', 'tidewateryoga.example', 'HEALTH_WELLNESS_AND_FITNESS'],
    ['Kestrel Outdoor', 'kestreloutdoor.example', 'RETAIL'],
    ['Willow Legal', 'willowlegal.example', 'LEGAL_SERVICES'],
  ],
  contacts: [
    ['Elin', 'Fisker', 'Owner', 0, '+45 55 50 01 01'],
    ['Marcus', 'Thorne', 'Marketing Lead', 0, '+45 55 50 01 02'],
    ['Soraya', 'Haddad', 'Founder', 1, '+45 55 50 01 03'],
    ['Peter', 'Nyberg', 'Brand Manager', 2, '+45 55 50 01 04'],
    ['Lucia', 'Romano', 'E-commerce Manager', 2, '+45 55 50 01 05'],
    ['Henrik', 'Dahl', 'Partner', 3, '+45 55 50 01 06'],
    ['Astrid', 'Vang', 'Office Manager', 3, '+45 55 50 01 07'],
  ],
  deals: [
    ['Lighthouse Bakery: rebrand', 14500, 'appointmentscheduled', 0, 0, [0, 1]],
    ['Tidewater Yoga: website', 9800, 'appointmentscheduled', 1, 1, [2]],
    ['Kestrel: autumn campaign', 32000, 'presentationscheduled', 0, 2, [3, 4]],
    ['Willow Legal: visual identity', 18000, 'presentationscheduled', 1, 3, []],
    ['Kestrel: shop redesign', 41000, 'contractsent', 0, 2, [4]],
    ['Lighthouse Bakery: packaging', 7600, 'contractsent', 1, 0, [0]],
    ['Willow Legal: website care', 5400, 'closedwon', 0, 3, [5, 6]],
    ['Tidewater Yoga: film', 12300, 'closedlost', 1, 1, [2]],
  ],
}
