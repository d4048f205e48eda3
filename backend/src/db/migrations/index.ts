import type { Migration } from 'kysely/migration'
import * as mainPath from './0001_main-path.ts'
import * as contactsRead from './0002_contacts-read.ts'
import * as limits from './0003_limits.ts'
import * as schedules from './0004_schedules.ts'
import * as enrollmentPolicy from './0005_enrollment-policy.ts'
import * as incomingMail from './0006_incoming-mail.ts'
import * as limitsLive from './0008_limits-live.ts'
import * as numbers from './0010_numbers.ts'
import * as stepKinds from './0011_step-kinds.ts'
import * as acts from './0012_acts.ts'
import * as sequenceVersions from './0013_sequence-versions.ts'
import * as senders from './0014_senders.ts'
import * as facts from './0015_facts.ts'
import * as trackingBreaker from './0016_tracking-breaker.ts'
import * as testMails from './0017_test-mails.ts'
import * as whatIf from './0018_what-if.ts'
import * as ownerZones from './0019_owner-zones.ts'
import * as eventPayloads from './0020_event-payloads.ts'
import * as dueOrder from './0021_due-order.ts'
import * as mailboxLooks from './0022_mailbox-looks.ts'
import * as faults from './0024_faults.ts'
import * as hubspotTrouble from './0025_hubspot-trouble.ts'
import * as settingRevisions from './0026_setting-revisions.ts'
import * as lateMails from './0027_late-mails.ts'
import * as laneKinds from './0028_lane-kinds.ts'

/** All migrations in order. A merged one is frozen; its name is what the database remembers. */
export const migrations: Record<string, Migration> = {
  '0001_main-path': mainPath,
  '0002_contacts-read': contactsRead,
  '0003_limits': limits,
  '0004_schedules': schedules,
  '0005_enrollment-policy': enrollmentPolicy,
  '0006_incoming-mail': incomingMail,
  '0008_limits-live': limitsLive,
  '0010_numbers': numbers,
  '0011_step-kinds': stepKinds,
  '0012_acts': acts,
  '0013_sequence-versions': sequenceVersions,
  '0014_senders': senders,
  '0015_facts': facts,
  '0016_tracking-breaker': trackingBreaker,
  '0017_test-mails': testMails,
  '0018_what-if': whatIf,
  '0019_owner-zones': ownerZones,
  '0020_event-payloads': eventPayloads,
  '0021_due-order': dueOrder,
  '0022_mailbox-looks': mailboxLooks,
  '0024_faults': faults,
  '0025_hubspot-trouble': hubspotTrouble,
  '0026_setting-revisions': settingRevisions,
  '0027_late-mails': lateMails,
  '0028_lane-kinds': laneKinds,
}
