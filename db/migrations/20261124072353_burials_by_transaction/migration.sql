CREATE TABLE "burials" (
	"tenant_id" uuid,
	"written_by" xid8 DEFAULT pg_current_xact_id(),
	"at" timestamp(3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "burials_pkey" PRIMARY KEY("tenant_id","written_by")
);
--> statement-breakpoint
ALTER TABLE "burials" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP INDEX "tombstones_buried";--> statement-breakpoint
ALTER TABLE "tombstones" DROP COLUMN "buried_by";--> statement-breakpoint
DROP INDEX "tombstones_seen";--> statement-breakpoint
CREATE INDEX "tombstones_seen" ON "tombstones" USING brin ("tenant_id","seen_at") WHERE "seen_at" > '-infinity';--> statement-breakpoint
CREATE POLICY "tenant_own" ON "burials" AS PERMISSIVE FOR ALL TO "nightdrop_tenant" USING ("burials"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid) WITH CHECK ("burials"."tenant_id" = nullif(current_setting('nightdrop.tenant', true), '')::uuid);--> statement-breakpoint
CREATE POLICY "staff_all" ON "burials" AS PERMISSIVE FOR ALL TO "nightdrop_staff" USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE public.burials FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
REVOKE ALL ON public.burials FROM PUBLIC;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON public.burials TO nightdrop_tenant, nightdrop_staff;
