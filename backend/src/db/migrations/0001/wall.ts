/** Row-level security on every tenant table, then the grants. A test compares this with the catalog. */
export const WALL = `
do $$
declare t text;
begin
  for t in
    select c.table_name from information_schema.columns c
    join information_schema.tables x on x.table_schema = c.table_schema and x.table_name = c.table_name and x.table_type = 'BASE TABLE'
    where c.table_schema = current_schema() and c.column_name = 'portal_id'
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy portal_wall on %I for all to stagecue_app
         using (portal_id = nullif(current_setting(''app.portal_id'', true), '''')::bigint)
         with check (portal_id = nullif(current_setting(''app.portal_id'', true), '''')::bigint)', t);
    execute format('grant select, insert, update, delete on %I to stagecue_app', t);
  end loop;
end $$;

revoke update, delete on activities from stagecue_app;
revoke update, delete on sequence_versions from stagecue_app;
grant select, insert, delete on oauth_states to stagecue_app;

-- Intake stores events of many portals in one statement; it sees keys only.
create policy intake on events for all to stagecue_intake using (true) with check (true);
grant insert on events to stagecue_intake;
grant select (portal_id, occurred_at, subscription_type, object_id, dedupe_hash, id, lane_key, status) on events to stagecue_intake;
create policy intake on lanes for all to stagecue_intake using (true) with check (true);
grant select, insert, update on lanes to stagecue_intake;
create policy intake on installations for select to stagecue_intake using (true);
grant select (portal_id, status) on installations to stagecue_intake;

-- Dispatch finds whose turn it is; what is due it cannot read.
create policy dispatch on lanes for all to stagecue_dispatch using (true) with check (true);
grant select, update on lanes to stagecue_dispatch;
create policy dispatch on installations for select to stagecue_dispatch using (true);
grant select (portal_id, status) on installations to stagecue_dispatch;
`
