CREATE SEQUENCE "public"."destruction_numbers" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "contact_pre_images" (
	"tenant_id" uuid,
	"import_id" uuid,
	"contact_id" uuid,
	"before_import_id" uuid NOT NULL,
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
	"recording_match" text,
	"screen_recording_match" text,
	"metadata" jsonb NOT NULL,
	"digest" uuid NOT NULL,
	"row_number" integer NOT NULL,
	"file_mark" bigint NOT NULL,
	CONSTRAINT "contact_pre_images_pkey" PRIMARY KEY("tenant_id","import_id","contact_id")
);
--> statement-breakpoint
ALTER TABLE "contact_pre_images" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "evaluations" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"reference" text NOT NULL,
	"contact_id" uuid,
	"contact_reference" text NOT NULL,
	"evaluated_at" timestamp(3) with time zone NOT NULL,
	"recorded_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"withdrawn_at" timestamp(3) with time zone,
	CONSTRAINT "evaluations_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "evaluations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "held_contacts" (
	"tenant_id" uuid,
	"hold_id" uuid,
	"contact_id" uuid,
	CONSTRAINT "held_contacts_pkey" PRIMARY KEY("tenant_id","hold_id","contact_id")
);
--> statement-breakpoint
ALTER TABLE "held_contacts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "legal_holds" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"reason" text NOT NULL,
	"contact_count" integer NOT NULL,
	"placed_by" text NOT NULL,
	"placed_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"released_at" timestamp(3) with time zone,
	"released_by" text,
	CONSTRAINT "legal_holds_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "legal_holds" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "playbacks" (
	"tenant_id" uuid,
	"id" uuid,
	"recording_id" uuid NOT NULL,
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"token_id" uuid NOT NULL,
	"token" text NOT NULL,
	"on_behalf_of" text,
	"reason" text,
	"address" text NOT NULL,
	CONSTRAINT "playbacks_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "playbacks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "recording_links" (
	"tenant_id" uuid,
	"contact_id" uuid,
	"recording_id" uuid,
	"state" text NOT NULL,
	"how" text NOT NULL,
	"slot" text NOT NULL,
	"linked_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"decided_by" text,
	CONSTRAINT "recording_links_pkey" PRIMARY KEY("tenant_id","contact_id","recording_id"),
	CONSTRAINT "recording_links_state" CHECK (state in ('LINKED', 'CANDIDATE', 'REJECTED')),
	CONSTRAINT "recording_links_how" CHECK (how in ('PATH', 'NAME', 'STEM', 'HAND')),
	CONSTRAINT "recording_links_slot" CHECK (slot in ('AUDIO', 'SCREEN'))
);
--> statement-breakpoint
ALTER TABLE "recording_links" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "recordings" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"file_id" uuid NOT NULL,
	"path" text NOT NULL,
	"match_key" text NOT NULL,
	"kind" text DEFAULT 'AUDIO' NOT NULL,
	"media_type" text DEFAULT 'application/octet-stream' NOT NULL,
	"codec" text,
	"duration_seconds" double precision,
	"playable" boolean DEFAULT false NOT NULL,
	"usable" boolean DEFAULT false NOT NULL,
	"damage" text,
	"arrived_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"inspected_at" timestamp(3) with time zone,
	"match_due" boolean DEFAULT true NOT NULL,
	"placed" bigint GENERATED ALWAYS AS IDENTITY (sequence name "recordings_placed_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"successor_id" uuid,
	"replaced_by_id" uuid,
	"linked_at" timestamp(3) with time zone,
	"linked" boolean DEFAULT false NOT NULL,
	CONSTRAINT "recordings_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "recordings_kind" CHECK (kind in ('AUDIO', 'SCREEN'))
);
--> statement-breakpoint
ALTER TABLE "recordings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "burials" (
	"tenant_id" uuid,
	"written_by" xid8 DEFAULT pg_current_xact_id(),
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "burials_pkey" PRIMARY KEY("tenant_id","written_by")
);
--> statement-breakpoint
ALTER TABLE "burials" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "destructions" (
	"tenant_id" uuid,
	"number" bigint,
	"at" timestamp(3) with time zone NOT NULL,
	"run_id" uuid,
	"erasure_id" uuid,
	"references" uuid[] NOT NULL,
	"objects" uuid[] NOT NULL,
	CONSTRAINT "destructions_pkey" PRIMARY KEY("tenant_id","number")
);
--> statement-breakpoint
ALTER TABLE "destructions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "erasures" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"at" timestamp(3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"erased_by" text NOT NULL,
	"contacts" integer NOT NULL,
	"recordings" integer NOT NULL,
	"bytes" bigint NOT NULL,
	"complete_by" timestamp(3) with time zone NOT NULL,
	"certificate_id" uuid NOT NULL,
	CONSTRAINT "erasures_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "erasures" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "retention_rules" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"enabled" boolean NOT NULL,
	"delete_after_days" integer,
	"delete_evaluated_after_days" integer,
	"clock" text NOT NULL,
	"changed_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"changed_by" text NOT NULL,
	CONSTRAINT "retention_rules_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "retention_rules_clock" CHECK (clock in ('IMPORTED_AT', 'OCCURRED_AT')),
	CONSTRAINT "retention_rules_days" CHECK (not "enabled" or "delete_after_days" between 1 and 3650)
);
--> statement-breakpoint
ALTER TABLE "retention_rules" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "retention_runs" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"night" date,
	"rule" jsonb NOT NULL,
	"as_of" timestamp(3) with time zone NOT NULL,
	"started_at" timestamp(3) with time zone NOT NULL,
	"finished_at" timestamp(3) with time zone,
	"requested_by" text,
	"contacts_deleted" integer DEFAULT 0 NOT NULL,
	"recordings_deleted" integer DEFAULT 0 NOT NULL,
	"files_deleted" integer DEFAULT 0 NOT NULL,
	"bytes_deleted" bigint DEFAULT 0 NOT NULL,
	"certificate_id" uuid,
	CONSTRAINT "retention_runs_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "retention_runs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tombstones" (
	"tenant_id" uuid,
	"kind" text,
	"hash" uuid,
	"seen_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tombstones_pkey" PRIMARY KEY("tenant_id","kind","hash"),
	CONSTRAINT "tombstones_kind" CHECK (kind in ('REFERENCE', 'FILE'))
);
--> statement-breakpoint
ALTER TABLE "tombstones" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "used_confirmations" (
	"tenant_id" uuid,
	"id" uuid,
	"used_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "used_confirmations_pkey" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "used_confirmations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "claim_links" (
	"hash" bytea PRIMARY KEY,
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"account_id" uuid,
	"created_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp(3) with time zone NOT NULL,
	"used_at" timestamp(3) with time zone,
	CONSTRAINT "claim_links_kind" CHECK (kind in ('SSH_KEY', 'ADMIN_TOKEN'))
);
--> statement-breakpoint
ALTER TABLE "claim_links" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "setup_messages" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"request_id" uuid NOT NULL,
	"role" text NOT NULL,
	"author" text NOT NULL,
	"text" text NOT NULL,
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "setup_messages_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "setup_messages_role" CHECK (role in ('STAFF', 'ADMIN'))
);
--> statement-breakpoint
ALTER TABLE "setup_messages" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "setup_requests" (
	"tenant_id" uuid,
	"id" uuid DEFAULT uuidv7(),
	"status" text DEFAULT 'SUBMITTED' NOT NULL,
	"contact_name" text NOT NULL,
	"contact_email" text NOT NULL,
	"contact_phone" text,
	"source_system" text NOT NULL,
	"notes" text,
	"ssh_public_key" text,
	"analysis" jsonb NOT NULL,
	"submitted_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	"waiting_since" timestamp(3) with time zone,
	"decided_at" timestamp(3) with time zone,
	"template_id" uuid,
	"account_id" uuid,
	CONSTRAINT "setup_requests_pkey" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "setup_requests_status" CHECK (status in ('SUBMITTED', 'CHANGES_REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN'))
);
--> statement-breakpoint
ALTER TABLE "setup_requests" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "setup_samples" (
	"tenant_id" uuid,
	"request_id" uuid,
	"kind" text,
	"file_name" text NOT NULL,
	"media_type" text NOT NULL,
	"size" bigint NOT NULL,
	"object_id" uuid,
	"added_at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "setup_samples_pkey" PRIMARY KEY("tenant_id","request_id","kind"),
	CONSTRAINT "setup_samples_kind" CHECK (kind in ('CSV', 'RECORDING'))
);
--> statement-breakpoint
ALTER TABLE "setup_samples" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "recording_match" text;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "screen_recording_match" text;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "recording_state" text DEFAULT 'NONE_NAMED' NOT NULL;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "reference_hash" uuid;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "reference_folded" text GENERATED ALWAYS AS (lower(reference)) STORED;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "phone_reversed" text GENERATED ALWAYS AS (nullif(reverse(regexp_replace(customer_phone, '[^0-9]', '', 'g')), '')) STORED;--> statement-breakpoint
ALTER TABLE "uploaded_files" ADD COLUMN "receipt_due" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "file_mark" bigint;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "linked_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "pre_images" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "undone_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "undone" jsonb;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "purged_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "night_hour" integer DEFAULT 2 NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "recording_grace_days" integer DEFAULT 3 NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "tombstone_days" integer DEFAULT 365 NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "raw_file_days" integer DEFAULT 14 NOT NULL;--> statement-breakpoint
CREATE INDEX "contact_pre_images_contact" ON "contact_pre_images" ("tenant_id","contact_id");--> statement-breakpoint
CREATE INDEX "contact_pre_images_before" ON "contact_pre_images" ("tenant_id","before_import_id","contact_id");--> statement-breakpoint
CREATE INDEX "contacts_recording" ON "contacts" ("tenant_id","recording_match","id") WHERE "recording_match" is not null;--> statement-breakpoint
CREATE INDEX "contacts_screen_recording" ON "contacts" ("tenant_id","screen_recording_match","id") WHERE "screen_recording_match" is not null;--> statement-breakpoint
CREATE INDEX "contacts_recording_awaited" ON "contacts" ("tenant_id","recording_state","imported_at") WHERE "recording_state" in ('MISSING', 'AMBIGUOUS');--> statement-breakpoint
CREATE INDEX "contacts_reference_folded" ON "contacts" ("tenant_id","reference_folded" collate "C");--> statement-breakpoint
CREATE INDEX "contacts_agent_match" ON "contacts" ("tenant_id","agent_match" collate "C");--> statement-breakpoint
CREATE INDEX "contacts_phone" ON "contacts" ("tenant_id","phone_reversed" collate "C") WHERE "phone_reversed" is not null;--> statement-breakpoint
CREATE INDEX "contacts_unhashed" ON "contacts" ("tenant_id","id") WHERE "reference_hash" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "evaluations_reference" ON "evaluations" ("tenant_id","reference");--> statement-breakpoint
CREATE INDEX "evaluations_contact" ON "evaluations" ("tenant_id","contact_id") WHERE "contact_id" is not null;--> statement-breakpoint
CREATE INDEX "evaluations_waiting" ON "evaluations" ("tenant_id","contact_reference") WHERE "contact_id" is null and "withdrawn_at" is null;--> statement-breakpoint
CREATE INDEX "held_contacts_contact" ON "held_contacts" ("tenant_id","contact_id");--> statement-breakpoint
CREATE INDEX "uploaded_files_raw" ON "uploaded_files" ("tenant_id","stored_at") WHERE "kind" <> 'RECORDING' and "object_id" is not null;--> statement-breakpoint
CREATE INDEX "uploaded_files_receipt_due" ON "uploaded_files" ("tenant_id","id") WHERE "receipt_due";--> statement-breakpoint
CREATE INDEX "uploaded_files_discarded" ON "uploaded_files" ("tenant_id","stored_at") WHERE "status" = 'DISCARDED' and starts_with("path", '/');--> statement-breakpoint
CREATE INDEX "imports_unlinked" ON "imports" ("tenant_id","ordinal") WHERE "status" = 'COMPLETED' and "linked_at" is null;--> statement-breakpoint
CREATE INDEX "imports_unpurged" ON "imports" ("tenant_id","finished_at") WHERE "purged_at" is null;--> statement-breakpoint
CREATE INDEX "imports_rejected_csv" ON "imports" ("tenant_id","rejected_csv_id") WHERE "rejected_csv_id" is not null;--> statement-breakpoint
CREATE INDEX "reports_object" ON "reports" ("tenant_id","object_id") WHERE "object_id" is not null;--> statement-breakpoint
CREATE INDEX "reports_created" ON "reports" ("tenant_id","created_at");--> statement-breakpoint
CREATE INDEX "playbacks_recording" ON "playbacks" ("tenant_id","recording_id","at");--> statement-breakpoint
CREATE INDEX "recording_links_recording" ON "recording_links" ("tenant_id","recording_id","contact_id");--> statement-breakpoint
CREATE INDEX "recording_links_candidates" ON "recording_links" ("tenant_id","recording_id") WHERE "state" = 'CANDIDATE';--> statement-breakpoint
CREATE UNIQUE INDEX "recordings_file" ON "recordings" ("tenant_id","file_id");--> statement-breakpoint
CREATE INDEX "recordings_match" ON "recordings" ("tenant_id","match_key");--> statement-breakpoint
CREATE INDEX "recordings_name" ON "recordings" ("tenant_id","match_key" collate "C");--> statement-breakpoint
CREATE INDEX "recordings_path" ON "recordings" ("tenant_id","path");--> statement-breakpoint
CREATE INDEX "recordings_successor" ON "recordings" ("tenant_id","successor_id") WHERE "successor_id" is not null;--> statement-breakpoint
CREATE INDEX "recordings_replaced" ON "recordings" ("tenant_id","replaced_by_id") WHERE "replaced_by_id" is not null;--> statement-breakpoint
CREATE INDEX "recordings_uninspected" ON "recordings" ("tenant_id","id") WHERE "inspected_at" is null;--> statement-breakpoint
CREATE INDEX "recordings_match_due" ON "recordings" ("tenant_id","match_key","id") WHERE "match_due";--> statement-breakpoint
CREATE INDEX "recordings_orphans" ON "recordings" ("tenant_id","arrived_at") WHERE "linked_at" is null;--> statement-breakpoint
CREATE INDEX "recordings_unlinked" ON "recordings" ("tenant_id","id") WHERE not "linked";--> statement-breakpoint
CREATE INDEX "recordings_damaged" ON "recordings" ("tenant_id","id") WHERE "damage" is not null;--> statement-breakpoint
CREATE INDEX "destructions_run" ON "destructions" ("tenant_id","run_id") WHERE "run_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "retention_runs_night" ON "retention_runs" ("tenant_id","night") WHERE "night" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "retention_runs_under_way" ON "retention_runs" ("tenant_id") WHERE "finished_at" is null;--> statement-breakpoint
CREATE INDEX "tombstones_seen" ON "tombstones" USING brin ("tenant_id","seen_at") WHERE "seen_at" > '-infinity';--> statement-breakpoint
CREATE INDEX "setup_messages_request" ON "setup_messages" ("tenant_id","request_id","id");--> statement-breakpoint
CREATE INDEX "setup_samples_object" ON "setup_samples" ("tenant_id","object_id") WHERE "object_id" is not null;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "held_contacts" ADD CONSTRAINT "held_contacts_tenant_id_hold_id_legal_holds_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","hold_id") REFERENCES "legal_holds"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "playbacks" ADD CONSTRAINT "playbacks_tenant_id_recording_id_recordings_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","recording_id") REFERENCES "recordings"("tenant_id","id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "recording_links" ADD CONSTRAINT "recording_links_IyfAm20OVxvG_fkey" FOREIGN KEY ("tenant_id","recording_id") REFERENCES "recordings"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_tenant_id_file_id_uploaded_files_tenant_id_id_fkey" FOREIGN KEY ("tenant_id","file_id") REFERENCES "uploaded_files"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "destructions" ADD CONSTRAINT "destructions_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "retention_rules" ADD CONSTRAINT "retention_rules_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "retention_runs" ADD CONSTRAINT "retention_runs_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "used_confirmations" ADD CONSTRAINT "used_confirmations_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "claim_links" ADD CONSTRAINT "claim_links_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "claim_links" ADD CONSTRAINT "claim_links_GIOEKjVCfSUR_fkey" FOREIGN KEY ("tenant_id","account_id") REFERENCES "sftp_accounts"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "setup_messages" ADD CONSTRAINT "setup_messages_Riiz4lqGCtKH_fkey" FOREIGN KEY ("tenant_id","request_id") REFERENCES "setup_requests"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "setup_requests" ADD CONSTRAINT "setup_requests_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "setup_requests" ADD CONSTRAINT "setup_requests_0Er7iP4qAkts_fkey" FOREIGN KEY ("tenant_id","template_id") REFERENCES "column_templates"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "setup_requests" ADD CONSTRAINT "setup_requests_iqwyv5ot1AlR_fkey" FOREIGN KEY ("tenant_id","account_id") REFERENCES "sftp_accounts"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "setup_samples" ADD CONSTRAINT "setup_samples_U0h6ibsCls60_fkey" FOREIGN KEY ("tenant_id","request_id") REFERENCES "setup_requests"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "setup_samples" ADD CONSTRAINT "setup_samples_XMZmUeB8E3lR_fkey" FOREIGN KEY ("tenant_id","object_id") REFERENCES "vault_objects"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_recording_state" CHECK (recording_state in ('NONE_NAMED', 'MISSING', 'AMBIGUOUS', 'LINKED'));--> statement-breakpoint
CREATE POLICY "tenant_own" ON "contact_pre_images" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("contact_pre_images"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("contact_pre_images"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "contact_pre_images" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "evaluations" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("evaluations"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("evaluations"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "evaluations" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "held_contacts" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("held_contacts"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("held_contacts"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "held_contacts" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "legal_holds" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("legal_holds"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("legal_holds"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "legal_holds" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "playbacks" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("playbacks"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("playbacks"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "playbacks" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "recording_links" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("recording_links"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("recording_links"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "recording_links" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "recordings" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("recordings"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("recordings"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "recordings" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "burials" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("burials"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("burials"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "burials" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "destructions" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("destructions"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("destructions"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "destructions" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "erasures" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("erasures"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("erasures"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "erasures" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "retention_rules" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("retention_rules"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("retention_rules"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "retention_rules" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "retention_runs" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("retention_runs"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("retention_runs"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "retention_runs" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "tombstones" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("tombstones"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("tombstones"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "tombstones" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "used_confirmations" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("used_confirmations"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("used_confirmations"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "used_confirmations" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "claim_links" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("claim_links"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("claim_links"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "claim_links" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "definer_reads" ON "claim_links" AS PERMISSIVE FOR SELECT TO "nightdrop_definer" USING (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "setup_messages" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("setup_messages"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("setup_messages"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "setup_messages" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "setup_requests" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("setup_requests"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("setup_requests"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "setup_requests" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "setup_samples" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("setup_samples"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("setup_samples"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "setup_samples" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);
--> statement-breakpoint
-- Row security for the owner too, and privileges of the application's roles.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['evaluations', 'held_contacts', 'legal_holds', 'playbacks', 'recording_links', 'recordings', 'destructions',
                           'erasures', 'retention_rules', 'retention_runs', 'tombstones', 'burials', 'used_confirmations', 'contact_pre_images',
                           'setup_requests', 'setup_messages', 'setup_samples', 'claim_links'] LOOP
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO nightdrop_tenant, nightdrop_staff', t);
  END LOOP;
END $$;
--> statement-breakpoint
-- What was destroyed, when and by which rule stays as it was written.
REVOKE UPDATE, DELETE ON public.destructions, public.used_confirmations, public.retention_rules, public.erasures FROM nightdrop_tenant, nightdrop_staff;
--> statement-breakpoint
REVOKE DELETE ON public.retention_runs, public.legal_holds FROM nightdrop_tenant, nightdrop_staff;
--> statement-breakpoint
REVOKE ALL ON SEQUENCE public.destruction_numbers FROM PUBLIC;
--> statement-breakpoint
GRANT USAGE ON SEQUENCE public.destruction_numbers TO nightdrop_tenant, nightdrop_staff;
--> statement-breakpoint
-- After a restore the numbers go on where the record outside the database ends.
GRANT SELECT, UPDATE ON SEQUENCE public.destruction_numbers TO nightdrop_staff;
--> statement-breakpoint
GRANT UPDATE (night_hour, recording_grace_days, tombstone_days, raw_file_days) ON public.tenants TO nightdrop_tenant;
--> statement-breakpoint
-- What was said about a request stays as it was said.
REVOKE UPDATE, DELETE ON public.setup_messages FROM nightdrop_tenant, nightdrop_staff;
--> statement-breakpoint
GRANT SELECT ON public.claim_links TO nightdrop_definer;
--> statement-breakpoint
-- Whose a claim link is, and nothing else: the visitor has no token that would name a tenant.
CREATE FUNCTION public.lookup_claim_link(link_hash bytea)
RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.tenant_id FROM public.claim_links c WHERE c.hash = link_hash
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION public.lookup_claim_link(bytea) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION public.lookup_claim_link(bytea) TO nightdrop_app;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO nightdrop_definer;
--> statement-breakpoint
ALTER FUNCTION public.lookup_claim_link(bytea) OWNER TO nightdrop_definer;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM nightdrop_definer;
--> statement-breakpoint
-- A job that a worker takes at this very moment is neither replaced nor doubled: the queue answers nothing, and takes the job at the second try.
-- One that waits is replaced and keeps its place: otherwise a tenant that sends without pause would be behind all others until it stops.
CREATE OR REPLACE FUNCTION public.enqueue(task text, payload json, queue text, run_at timestamptz, job_key text, max_attempts int)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own text := nullif(current_setting('nightdrop.tenant', true), '');
  job_id bigint;
  waits_since timestamptz;
BEGIN
  IF (own IS NOT NULL OR current_setting('role') = 'nightdrop_tenant')
     AND (own IS NULL OR payload ->> 'tenantId' IS DISTINCT FROM own) THEN
    RAISE EXCEPTION 'a job for another tenant' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR tries IN 1..5 LOOP
    waits_since := (
      SELECT j.run_at FROM graphile_worker.jobs j
       WHERE j.key = job_key AND j.locked_at IS NULL AND j.attempts < j.max_attempts);
    job_id := (graphile_worker.add_job(
      task, payload, queue_name => queue, run_at => least(coalesce(enqueue.run_at, now()), waits_since),
      max_attempts => enqueue.max_attempts, job_key => job_key)).id;
    EXIT WHEN job_id IS NOT NULL;
  END LOOP;
  IF job_id IS NULL THEN
    RAISE EXCEPTION 'the job queue took no job for task %', task;
  END IF;
END $$;
--> statement-breakpoint
-- What the first release stored: its owner is bound by row security, which would pass over every row in silence.
ALTER TABLE public.uploaded_files NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public.recordings NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public.contacts NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public.imports NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- Inspection fills in what they are, and their keys.
INSERT INTO public.recordings (tenant_id, file_id, path, match_key, arrived_at)
SELECT tenant_id, id, path, '', stored_at FROM public.uploaded_files WHERE kind = 'RECORDING' AND status = 'STORED' AND object_id IS NOT NULL ORDER BY id;
--> statement-breakpoint
UPDATE public.contacts
   SET recording_match = lower(normalize(regexp_replace(regexp_replace(recording_name, '^.*[\\/]', ''), '(.)\.(wav|mp3|ogg|oga|opus|m4a|aac|flac|gsm|wma|amr|au|vox|mka|mp4|m4v|webm|mkv|avi|mov|wmv|ogv|3gp)$', '\1', 'i'), NFC)),
       screen_recording_match = lower(normalize(regexp_replace(regexp_replace(screen_recording_name, '^.*[\\/]', ''), '(.)\.(wav|mp3|ogg|oga|opus|m4a|aac|flac|gsm|wma|amr|au|vox|mka|mp4|m4v|webm|mkv|avi|mov|wmv|ogv|3gp)$', '\1', 'i'), NFC)),
       recording_state = 'MISSING'
 WHERE recording_name IS NOT NULL OR screen_recording_name IS NOT NULL;
--> statement-breakpoint
UPDATE public.recordings r
   SET successor_id = f.next
  FROM (SELECT tenant_id, id, lead(id) OVER (PARTITION BY tenant_id, path ORDER BY file_id) AS next FROM public.recordings) f
 WHERE f.tenant_id = r.tenant_id AND f.id = r.id AND f.next IS NOT NULL;
--> statement-breakpoint
-- What these imports changed is known to nobody: without a pre-image, a contact would count as created.
UPDATE public.imports SET pre_images = false;
--> statement-breakpoint
ALTER TABLE public.uploaded_files FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public.recordings FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public.contacts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE public.imports FORCE ROW LEVEL SECURITY;
