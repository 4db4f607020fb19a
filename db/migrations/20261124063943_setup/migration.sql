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
CREATE INDEX "setup_messages_request" ON "setup_messages" ("tenant_id","request_id","id");--> statement-breakpoint
CREATE INDEX "setup_samples_kept" ON "setup_samples" ("tenant_id","request_id") WHERE "object_id" is not null;--> statement-breakpoint
ALTER TABLE "claim_links" ADD CONSTRAINT "claim_links_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "claim_links" ADD CONSTRAINT "claim_links_GIOEKjVCfSUR_fkey" FOREIGN KEY ("tenant_id","account_id") REFERENCES "sftp_accounts"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "setup_messages" ADD CONSTRAINT "setup_messages_Riiz4lqGCtKH_fkey" FOREIGN KEY ("tenant_id","request_id") REFERENCES "setup_requests"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "setup_requests" ADD CONSTRAINT "setup_requests_tenant_id_tenants_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id");--> statement-breakpoint
ALTER TABLE "setup_requests" ADD CONSTRAINT "setup_requests_0Er7iP4qAkts_fkey" FOREIGN KEY ("tenant_id","template_id") REFERENCES "column_templates"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "setup_requests" ADD CONSTRAINT "setup_requests_iqwyv5ot1AlR_fkey" FOREIGN KEY ("tenant_id","account_id") REFERENCES "sftp_accounts"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "setup_samples" ADD CONSTRAINT "setup_samples_U0h6ibsCls60_fkey" FOREIGN KEY ("tenant_id","request_id") REFERENCES "setup_requests"("tenant_id","id");--> statement-breakpoint
ALTER TABLE "setup_samples" ADD CONSTRAINT "setup_samples_XMZmUeB8E3lR_fkey" FOREIGN KEY ("tenant_id","object_id") REFERENCES "vault_objects"("tenant_id","id");--> statement-breakpoint
CREATE POLICY "tenant_own" ON "claim_links" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("claim_links"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("claim_links"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "claim_links" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "definer_reads" ON "claim_links" AS PERMISSIVE FOR SELECT TO "nightdrop_definer" USING (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "setup_messages" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("setup_messages"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("setup_messages"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "setup_messages" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "setup_requests" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("setup_requests"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("setup_requests"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "setup_requests" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "tenant_own" ON "setup_samples" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("setup_samples"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("setup_samples"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "setup_samples" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);--> statement-breakpoint
-- Row security for the owner too, and privileges of the application's roles.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['setup_requests', 'setup_messages', 'setup_samples', 'claim_links'] LOOP
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO nightdrop_tenant, nightdrop_staff', t);
  END LOOP;
END $$;
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
