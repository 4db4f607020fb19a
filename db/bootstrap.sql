-- What a database administrator runs once for each cluster, as superuser or a role with CREATEROLE, before the first
-- migration; running it again changes nothing. Passwords are set apart: ALTER ROLE nightdrop_owner PASSWORD '…'.
-- Then: CREATE DATABASE nightdrop OWNER nightdrop_owner ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0;
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['nightdrop_owner', 'nightdrop_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', name);
    END IF;
  END LOOP;
  FOREACH name IN ARRAY ARRAY['nightdrop_tenant', 'nightdrop_staff', 'nightdrop_definer'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', name);
    END IF;
  END LOOP;
END $$;

-- Without INHERIT FALSE the policies of these roles would count for the login role before it takes one on.
GRANT nightdrop_tenant, nightdrop_staff TO nightdrop_app WITH INHERIT FALSE, SET TRUE;
-- Migrations hand the definer functions over to their owner.
GRANT nightdrop_definer TO nightdrop_owner WITH INHERIT FALSE, SET TRUE;
