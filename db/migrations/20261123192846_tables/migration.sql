CREATE TABLE "api_tokens" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"name" text NOT NULL,
	"role" text NOT NULL,
	"prefix" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"last_used_at" timestamp(3) with time zone,
	"revoked_at" timestamp(3) with time zone,
	CONSTRAINT "api_tokens_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "api_tokens_role" CHECK (role in ('ADMIN', 'READER', 'INTEGRATION'))
);
--> statement-breakpoint
ALTER TABLE "api_tokens" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "staff_tokens" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7(),
	"slot" text CONSTRAINT "staff_tokens_slot" UNIQUE,
	"name" text NOT NULL,
	"hash" bytea NOT NULL CONSTRAINT "staff_tokens_hash" UNIQUE,
	"prefix" text NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"last_used_at" timestamp(3) with time zone,
	"revoked_at" timestamp(3) with time zone
);
--> statement-breakpoint
ALTER TABLE "staff_tokens" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "token_registry" (
	"hash" bytea PRIMARY KEY,
	"tenant_id" uuid NOT NULL,
	"token_id" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "token_registry" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "sftp_accounts" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"username" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"allowed_networks" text[] DEFAULT '{}'::text[] NOT NULL,
	"max_connections" integer DEFAULT 10 NOT NULL,
	"max_open_handles" integer DEFAULT 64 NOT NULL,
	"max_file_bytes" bigint DEFAULT 42949672960 NOT NULL,
	"quota_bytes" bigint,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"last_login_at" timestamp(3) with time zone,
	CONSTRAINT "sftp_accounts_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "sftp_accounts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "sftp_connections" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"account_id" uuid NOT NULL,
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"address" text NOT NULL,
	"client" text,
	"accepted" boolean NOT NULL,
	"reason" text,
	"ended_at" timestamp(3) with time zone,
	"end_reason" text,
	"bytes_received" bigint DEFAULT 0 NOT NULL,
	"files" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "sftp_connections_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "sftp_connections" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "sftp_host_keys" (
	"fingerprint" text PRIMARY KEY,
	"algorithm" text NOT NULL,
	"seen_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sftp_host_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "sftp_usernames" (
	"username" text PRIMARY KEY,
	"tenant_id" uuid NOT NULL,
	"account_id" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sftp_usernames" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "ssh_keys" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"account_id" uuid NOT NULL,
	"label" text NOT NULL,
	"algorithm" text NOT NULL,
	"public_key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"added_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"last_used_at" timestamp(3) with time zone,
	"revoked_at" timestamp(3) with time zone,
	CONSTRAINT "ssh_keys_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "ssh_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "unattributed_connections" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7(),
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"address" text NOT NULL,
	"client" text,
	"reason" text NOT NULL,
	"ended_at" timestamp(3) with time zone
);
--> statement-breakpoint
ALTER TABLE "unattributed_connections" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agent_keys" (
	"tenant_id" uuid,
	"kind" text,
	"key" text,
	"agent_id" uuid,
	"given" text NOT NULL,
	CONSTRAINT "agent_keys_pkey" PRIMARY KEY("tenant_id","kind","key","agent_id"),
	CONSTRAINT "agent_keys_kind" CHECK (kind in ('EMAIL', 'USERNAME', 'EXTERNAL_ID', 'NAME', 'ALIAS'))
);
--> statement-breakpoint
ALTER TABLE "agent_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agents" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"name" text NOT NULL,
	"email" text,
	"username" text,
	"external_id" text,
	"active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agents_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "agents" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "contacts" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"reference" text NOT NULL,
	"occurred_at" timestamp(3) with time zone NOT NULL,
	"occurred_at_text" text NOT NULL,
	"agent_key" text NOT NULL,
	"agent_match" text NOT NULL,
	"agent_id" uuid,
	"direction" text,
	"channel" text,
	"customer_phone" text,
	"duration_seconds" integer,
	"queue" text,
	"campaign" text,
	"disposition" text,
	"external_url" text,
	"recording_name" text,
	"screen_recording_name" text,
	"metadata" jsonb NOT NULL,
	"digest" uuid NOT NULL,
	"import_id" uuid NOT NULL,
	"row_number" integer NOT NULL,
	"file_mark" bigint NOT NULL,
	"imported_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"evaluated_at" timestamp(3) with time zone,
	"hold_count" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "contacts_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "contacts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "folders" (
	"tenant_id" uuid,
	"path" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "folders_pkey" PRIMARY KEY("tenant_id","path")
);
--> statement-breakpoint
ALTER TABLE "folders" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "object_removals" (
	"tenant_id" uuid,
	"object_id" uuid,
	"storage_key" text NOT NULL,
	"multipart_id" text,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "object_removals_pkey" PRIMARY KEY("tenant_id","object_id")
);
--> statement-breakpoint
ALTER TABLE "object_removals" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "upload_parts" (
	"tenant_id" uuid,
	"file_id" uuid,
	"part_number" integer,
	"first_segment" integer NOT NULL,
	"segments" integer NOT NULL,
	"bytes" bigint NOT NULL,
	"etag" text NOT NULL,
	"sha256" bytea NOT NULL,
	CONSTRAINT "upload_parts_pkey" PRIMARY KEY("tenant_id","file_id","part_number")
);
--> statement-breakpoint
ALTER TABLE "upload_parts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "uploaded_files" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"path" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"listed" boolean DEFAULT false NOT NULL,
	"size" bigint DEFAULT 0 NOT NULL,
	"object_id" uuid,
	"account_id" uuid,
	"modified_at" timestamp(3) with time zone,
	"started_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"stored_at" timestamp(3) with time zone,
	"reason" text,
	CONSTRAINT "uploaded_files_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "uploaded_files_kind" CHECK (kind in ('CONTACTS', 'RECORDING', 'OTHER')),
	CONSTRAINT "uploaded_files_status" CHECK (status in ('INCOMPLETE', 'WAITING_FOR_RENAME', 'STORED', 'DISCARDED', 'DELETED'))
);
--> statement-breakpoint
ALTER TABLE "uploaded_files" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "uploads" (
	"tenant_id" uuid,
	"file_id" uuid,
	"object_id" uuid NOT NULL,
	"epoch" integer DEFAULT 1 NOT NULL,
	"state" text DEFAULT 'OPEN' NOT NULL,
	"multipart_id" text,
	"size" bigint,
	"sha256" bytea,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "uploads_pkey" PRIMARY KEY("tenant_id","file_id"),
	CONSTRAINT "uploads_state" CHECK (state in ('OPEN', 'COMPLETING'))
);
--> statement-breakpoint
ALTER TABLE "uploads" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "vault_objects" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"storage_key" text NOT NULL,
	"format" smallint DEFAULT 1 NOT NULL,
	"wrapped_key" bytea NOT NULL,
	"key_version" integer NOT NULL,
	"commitment" bytea NOT NULL,
	"size" bigint,
	"sha256" bytea,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "vault_objects_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "vault_objects" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "column_templates" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"lineage" uuid NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"name" text NOT NULL,
	"file_pattern" text NOT NULL,
	"dialect" jsonb NOT NULL,
	"columns" jsonb NOT NULL,
	"agent_key" text NOT NULL,
	"time_zone" text NOT NULL,
	"ambiguous_time" text NOT NULL,
	"extra_columns" text NOT NULL,
	"existing_contact" text NOT NULL,
	"empty_words" text[] DEFAULT '{}'::text[] NOT NULL,
	"max_rejected_share" double precision NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp(3) with time zone,
	CONSTRAINT "column_templates_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "column_templates_agent_key" CHECK (agent_key in ('EMAIL', 'USERNAME', 'EXTERNAL_ID', 'NAME')),
	CONSTRAINT "column_templates_ambiguous_time" CHECK (ambiguous_time in ('EARLIER', 'LATER', 'REJECT')),
	CONSTRAINT "column_templates_extra_columns" CHECK (extra_columns in ('KEEP', 'IGNORE', 'REJECT')),
	CONSTRAINT "column_templates_existing_contact" CHECK (existing_contact in ('UPDATE', 'SKIP'))
);
--> statement-breakpoint
ALTER TABLE "column_templates" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "import_progress" (
	"tenant_id" uuid,
	"import_id" uuid,
	"claim" uuid NOT NULL,
	"worker_id" text NOT NULL,
	"backend_pid" integer,
	"rows_read" integer DEFAULT 0 NOT NULL,
	"rejected" integer DEFAULT 0 NOT NULL,
	"progress" double precision DEFAULT 0 NOT NULL,
	"updated_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "import_progress_pkey" PRIMARY KEY("tenant_id","import_id")
);
--> statement-breakpoint
ALTER TABLE "import_progress" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "imports" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"file_id" uuid NOT NULL,
	"path" text NOT NULL,
	"template_id" uuid,
	"status" text DEFAULT 'QUEUED' NOT NULL,
	"ordinal" bigint GENERATED ALWAYS AS IDENTITY (sequence name "imports_ordinal_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"failure" jsonb,
	"problems" jsonb DEFAULT '[]' NOT NULL,
	"rows_read" integer DEFAULT 0 NOT NULL,
	"created" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"rejected" integer DEFAULT 0 NOT NULL,
	"unlinked_agents" integer DEFAULT 0 NOT NULL,
	"rejected_csv_id" uuid,
	"dry_run" boolean DEFAULT false NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"outages" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp(3) with time zone,
	"set_aside_at" timestamp(3) with time zone,
	"claim" uuid,
	"queued_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp(3) with time zone,
	"finished_at" timestamp(3) with time zone,
	CONSTRAINT "imports_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "imports_status" CHECK (status in ('QUEUED', 'RUNNING', 'COMPLETED', 'REFUSED', 'FAILED', 'UNDONE')),
	CONSTRAINT "imports_add_up" CHECK ("rows_read" = "created" + "updated" + "unchanged" + "rejected")
);
--> statement-breakpoint
ALTER TABLE "imports" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "rejections" (
	"tenant_id" uuid,
	"import_id" uuid,
	"position" integer,
	"row" integer NOT NULL,
	"column" text,
	"value" text,
	"code" text NOT NULL,
	"message" text NOT NULL,
	CONSTRAINT "rejections_pkey" PRIMARY KEY("tenant_id","import_id","position")
);
--> statement-breakpoint
ALTER TABLE "rejections" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reports" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"path" text NOT NULL,
	"file_id" uuid NOT NULL,
	"import_id" uuid,
	"size" bigint NOT NULL,
	"body" bytea,
	"object_id" uuid,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reports_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "reports_one_body" CHECK (num_nonnulls("body", "object_id") = 1)
);
--> statement-breakpoint
ALTER TABLE "reports" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "workers" (
	"id" text PRIMARY KEY,
	"lock_key" bigint NOT NULL,
	"backend_pid" integer NOT NULL,
	"started_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp(3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "workers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit_events" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text,
	"details" jsonb,
	CONSTRAINT "audit_events_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "audit_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tenant_keys" (
	"tenant_id" uuid,
	"version" integer,
	"wrapped_key" bytea NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp(3) with time zone,
	CONSTRAINT "tenant_keys_pkey" PRIMARY KEY("tenant_id","version")
);
--> statement-breakpoint
ALTER TABLE "tenant_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7(),
	"slug" text NOT NULL CONSTRAINT "tenants_slug_registry" UNIQUE,
	"name" text NOT NULL,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tenants_slug_form" CHECK ("slug" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
);
--> statement-breakpoint
ALTER TABLE "tenants" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "sftp_connections_newest" ON "sftp_connections" ("tenant_id","account_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "ssh_keys_in_force" ON "ssh_keys" ("tenant_id","account_id","fingerprint") WHERE "revoked_at" is null;--> statement-breakpoint
CREATE INDEX "unattributed_connections_address" ON "unattributed_connections" ("address","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "agent_keys_unique" ON "agent_keys" ("tenant_id","kind","key") WHERE "kind" <> 'NAME';--> statement-breakpoint
CREATE INDEX "agent_keys_agent" ON "agent_keys" ("tenant_id","agent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "contacts_reference" ON "contacts" ("tenant_id","reference");--> statement-breakpoint
CREATE INDEX "contacts_occurred" ON "contacts" ("tenant_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "contacts_imported" ON "contacts" ("tenant_id","imported_at","id");--> statement-breakpoint
CREATE INDEX "contacts_import" ON "contacts" ("tenant_id","import_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "contacts_agent" ON "contacts" ("tenant_id","agent_id","occurred_at","id") WHERE "agent_id" is not null;--> statement-breakpoint
CREATE INDEX "contacts_unlinked" ON "contacts" ("tenant_id","agent_match") WHERE "agent_id" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "uploaded_files_listed" ON "uploaded_files" ("tenant_id","path") WHERE "listed";--> statement-breakpoint
CREATE INDEX "uploaded_files_path" ON "uploaded_files" ("tenant_id","path","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "uploaded_files_kind" ON "uploaded_files" ("tenant_id","kind","id") WHERE "kind" <> 'RECORDING';--> statement-breakpoint
CREATE INDEX "uploaded_files_open" ON "uploaded_files" ("tenant_id","status","id") WHERE "status" <> 'STORED';--> statement-breakpoint
CREATE UNIQUE INDEX "column_templates_version" ON "column_templates" ("tenant_id","lineage","version");--> statement-breakpoint
CREATE INDEX "imports_waiting" ON "imports" ("tenant_id","ordinal") WHERE "status" in ('QUEUED', 'RUNNING', 'FAILED') and "set_aside_at" is null;--> statement-breakpoint
CREATE INDEX "imports_troubled" ON "imports" ("tenant_id","ordinal") WHERE "status" in ('REFUSED', 'FAILED');--> statement-breakpoint
CREATE INDEX "imports_file" ON "imports" ("tenant_id","file_id");--> statement-breakpoint
CREATE UNIQUE INDEX "reports_path" ON "reports" ("tenant_id","path");--> statement-breakpoint
CREATE INDEX "reports_file" ON "reports" ("tenant_id","file_id");--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "token_registry" ADD CONSTRAINT "token_registry_tenant_id_token_id_api_tokens_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","token_id") REFERENCES "api_tokens"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "sftp_accounts" ADD CONSTRAINT "sftp_accounts_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "sftp_connections" ADD CONSTRAINT "sftp_connections_Tba6iMdzpfU6_fkey" FOREIGN KEY ("tenant_id","account_id") REFERENCES "sftp_accounts"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "sftp_usernames" ADD CONSTRAINT "sftp_usernames_ZJB4s22IHKie_fkey" FOREIGN KEY ("tenant_id","account_id") REFERENCES "sftp_accounts"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "ssh_keys" ADD CONSTRAINT "ssh_keys_tenant_id_account_id_sftp_accounts_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","account_id") REFERENCES "sftp_accounts"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "agent_keys" ADD CONSTRAINT "agent_keys_tenant_id_agent_id_agents_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","agent_id") REFERENCES "agents"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "folders" ADD CONSTRAINT "folders_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "object_removals" ADD CONSTRAINT "object_removals_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "upload_parts" ADD CONSTRAINT "upload_parts_tenant_id_file_id_uploads_tenant_id_file_id_fkey" FOREIGN KEY ("tenant_id","file_id") REFERENCES "uploads"("tenant_id","file_id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "uploaded_files" ADD CONSTRAINT "uploaded_files_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "uploaded_files" ADD CONSTRAINT "uploaded_files_ZAbFJqwfpl9h_fkey" FOREIGN KEY ("tenant_id","account_id") REFERENCES "sftp_accounts"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_tenant_id_file_id_uploaded_files_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","file_id") REFERENCES "uploaded_files"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "vault_objects" ADD CONSTRAINT "vault_objects_50mWqUmCFgy3_fkey" FOREIGN KEY ("tenant_id","key_version") REFERENCES "tenant_keys"("tenant_id","version");--> statement-breakpoint
ALTER TABLE "column_templates" ADD CONSTRAINT "column_templates_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "import_progress" ADD CONSTRAINT "import_progress_tenant_id_import_id_imports_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","import_id") REFERENCES "imports"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_tenant_id_file_id_uploaded_files_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","file_id") REFERENCES "uploaded_files"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_Md0UGxw8qqGk_fkey" FOREIGN KEY ("tenant_id","template_id") REFERENCES "column_templates"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_xbbUwXlI6Yp8_fkey" FOREIGN KEY ("tenant_id","rejected_csv_id") REFERENCES "vault_objects"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "rejections" ADD CONSTRAINT "rejections_tenant_id_import_id_imports_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","import_id") REFERENCES "imports"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_tenant_id_file_id_uploaded_files_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","file_id") REFERENCES "uploaded_files"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_tenant_id_import_id_imports_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","import_id") REFERENCES "imports"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_tenant_id_object_id_vault_objects_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","object_id") REFERENCES "vault_objects"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "tenant_keys" ADD CONSTRAINT "tenant_keys_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
CREATE POLICY "tenant_own" ON "api_tokens" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("api_tokens"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("api_tokens"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "api_tokens" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "definer_reads" ON "api_tokens" AS PERMISSIVE FOR SELECT TO "nightdrop_definer" USING (true);--> statement-breakpoint
CREATE POLICY "staff_all" ON "staff_tokens" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "definer_reads" ON "staff_tokens" AS PERMISSIVE FOR SELECT TO "nightdrop_definer" USING (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "token_registry" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("token_registry"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("token_registry"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "token_registry" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "definer_reads" ON "token_registry" AS PERMISSIVE FOR SELECT TO "nightdrop_definer" USING (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "sftp_accounts" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("sftp_accounts"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("sftp_accounts"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "sftp_accounts" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "sftp_connections" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("sftp_connections"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("sftp_connections"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "sftp_connections" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "staff_all" ON "sftp_host_keys" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_reads" ON "sftp_host_keys" AS PERMISSIVE FOR SELECT TO "nightdrop_tenant" USING (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "sftp_usernames" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("sftp_usernames"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("sftp_usernames"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "sftp_usernames" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "definer_reads" ON "sftp_usernames" AS PERMISSIVE FOR SELECT TO "nightdrop_definer" USING (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "ssh_keys" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("ssh_keys"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("ssh_keys"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "ssh_keys" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "staff_all" ON "unattributed_connections" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "agent_keys" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("agent_keys"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("agent_keys"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "agent_keys" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "agents" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("agents"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("agents"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "agents" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "contacts" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("contacts"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("contacts"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "contacts" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "folders" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("folders"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("folders"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "folders" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "object_removals" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("object_removals"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("object_removals"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "object_removals" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "upload_parts" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("upload_parts"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("upload_parts"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "upload_parts" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "uploaded_files" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("uploaded_files"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("uploaded_files"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "uploaded_files" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "uploads" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("uploads"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("uploads"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "uploads" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "vault_objects" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("vault_objects"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("vault_objects"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "vault_objects" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "column_templates" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("column_templates"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("column_templates"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "column_templates" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "import_progress" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("import_progress"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("import_progress"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "import_progress" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "imports" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("imports"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("imports"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "imports" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "rejections" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("rejections"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("rejections"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "rejections" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "reports" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("reports"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("reports"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "reports" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "staff_all" ON "workers" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "audit_events" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("audit_events"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("audit_events"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "audit_events" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "tenant_keys" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("tenant_keys"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("tenant_keys"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "tenant_keys" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "tenants" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("tenants"."id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("tenants"."id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "tenants" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);