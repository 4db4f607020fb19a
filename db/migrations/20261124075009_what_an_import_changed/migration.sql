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
ALTER TABLE "imports" ADD COLUMN "file_mark" bigint;--> statement-breakpoint
-- What imports changed that ran before this is known to nobody: without a pre-image, a contact would count as created.
ALTER TABLE "imports" ADD COLUMN "pre_images" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ALTER COLUMN "pre_images" SET DEFAULT true;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "undone_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "undone" jsonb;--> statement-breakpoint
CREATE INDEX "contact_pre_images_contact" ON "contact_pre_images" ("tenant_id","contact_id");--> statement-breakpoint
CREATE INDEX "contact_pre_images_before" ON "contact_pre_images" ("tenant_id","before_import_id","contact_id");--> statement-breakpoint
CREATE POLICY "tenant_own" ON "contact_pre_images" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("contact_pre_images"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("contact_pre_images"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "contact_pre_images" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE public.contact_pre_images FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
REVOKE ALL ON public.contact_pre_images FROM PUBLIC;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON public.contact_pre_images TO nightdrop_tenant, nightdrop_staff;
