/**
 * stagecue_app      everything of one portal, after that portal was set for the transaction
 * stagecue_intake   stores events of any portal; reads no payload, no token, no person
 * stagecue_dispatch sees which portal has work due; nothing else
 * Roles belong to the whole server: another database of it, or another process, may have made them a moment ago.
 */
export const ROLES = `
do $$
declare r text;
begin
  foreach r in array array['stagecue_app', 'stagecue_intake', 'stagecue_dispatch'] loop
    begin
      if not exists (select from pg_roles where rolname = r) then
        execute format('create role %I nologin noinherit nobypassrls', r);
      end if;
    exception when duplicate_object or unique_violation then null;
    end;
    begin
      -- Since Postgres 16 making a role gives membership without SET: only the grant gives that.
      execute format('grant %I to %I', r, session_user);
    exception
      when unique_violation then null;
      when insufficient_privilege then
        -- An administrator made and granted the roles before.
        if not pg_has_role(session_user, r, 'member') then raise; end if;
    end;
  end loop;
end $$;
`
