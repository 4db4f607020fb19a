ALTER TABLE "imports" ADD COLUMN "linked_at" timestamp(3) with time zone;--> statement-breakpoint
ALTER TABLE "recordings" ADD COLUMN "placed" bigint GENERATED ALWAYS AS IDENTITY (sequence name "recordings_placed_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "recordings" ADD COLUMN "successor_id" uuid;--> statement-breakpoint
ALTER TABLE "recordings" ADD COLUMN "linked" boolean DEFAULT false NOT NULL;--> statement-breakpoint
DROP INDEX "contacts_recording";--> statement-breakpoint
CREATE INDEX "contacts_recording" ON "contacts" ("tenant_id","recording_match","id") WHERE "recording_match" is not null;--> statement-breakpoint
DROP INDEX "contacts_screen_recording";--> statement-breakpoint
CREATE INDEX "contacts_screen_recording" ON "contacts" ("tenant_id","screen_recording_match","id") WHERE "screen_recording_match" is not null;--> statement-breakpoint
DROP INDEX "recording_links_recording";--> statement-breakpoint
CREATE INDEX "recording_links_recording" ON "recording_links" ("tenant_id","recording_id","contact_id");--> statement-breakpoint
CREATE INDEX "imports_unlinked" ON "imports" ("tenant_id","ordinal") WHERE "status" = 'COMPLETED' and "linked_at" is null;--> statement-breakpoint
CREATE INDEX "recording_links_candidates" ON "recording_links" ("tenant_id","recording_id") WHERE "state" = 'CANDIDATE';--> statement-breakpoint
CREATE INDEX "recordings_name" ON "recordings" ("tenant_id","match_key" collate "C");--> statement-breakpoint
CREATE INDEX "recordings_successor" ON "recordings" ("tenant_id","successor_id") WHERE "successor_id" is not null;--> statement-breakpoint
CREATE INDEX "recordings_replaced" ON "recordings" ("tenant_id","replaced_by_id") WHERE "replaced_by_id" is not null;--> statement-breakpoint
CREATE INDEX "recordings_unlinked" ON "recordings" ("tenant_id","id") WHERE not "linked";--> statement-breakpoint
CREATE INDEX "recordings_damaged" ON "recordings" ("tenant_id","id") WHERE "damage" is not null;--> statement-breakpoint
-- Versions that the first release stored. Their owner is bound by row security, which would pass over every row in silence.
ALTER TABLE public.recordings NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
UPDATE public.recordings r
   SET successor_id = f.next
  FROM (SELECT tenant_id, id, lead(id) OVER (PARTITION BY tenant_id, path ORDER BY file_id) AS next FROM public.recordings) f
 WHERE f.tenant_id = r.tenant_id AND f.id = r.id AND f.next IS NOT NULL;
--> statement-breakpoint
ALTER TABLE public.recordings FORCE ROW LEVEL SECURITY;
