package weburl

import (
	"net/url"
	"strings"
)

// trackingPrefixes begin the names of parameters that tell where a reader came
// from and never what is shown: Google and Urchin campaigns, Piwik and Matomo,
// HubSpot, Marketo, Vero, Oracle Eloqua, WebTrends, AT Internet, ATTN, Branch.
var trackingPrefixes = []string{
	"utm_", "pk_", "piwik_", "mtm_", "matomo_", "hsa_", "_hs", "vero_", "elq",
	"wt.", "at_", "attn_", "_branch_", "itm_", "ga_",
}

// trackingNames are such parameters by their whole name.
var trackingNames = map[string]bool{
	// click identifiers: Google, Microsoft, Meta, Yandex, Twitter, TikTok,
	// Pinterest, Reddit, LinkedIn, Snapchat, Outbrain, Taboola, Impact, Openstat
	"gclid": true, "gclsrc": true, "dclid": true, "gbraid": true, "wbraid": true, "gad_source": true, "_gl": true, "srsltid": true,
	"msclkid": true, "fbclid": true, "fb_action_ids": true, "fb_action_types": true, "fb_source": true, "fb_ref": true,
	"yclid": true, "ysclid": true, "_openstat": true, "twclid": true, "ttclid": true, "epik": true, "rdt_cid": true,
	"li_fat_id": true, "sccid": true, "obclid": true, "dicbo": true, "tblci": true, "irclickid": true, "igshid": true, "igsh": true,
	// newsletters and mail: Mailchimp, Adobe, Drip, Omeda, Cision, Sailthru, Klaviyo
	"mc_cid": true, "mc_eid": true, "mkt_tok": true, "s_cid": true, "__s": true, "oly_anon_id": true, "oly_enc_id": true,
	"ck_subscriber_id": true, "vgo_ee": true, "trk_contact": true, "trk_msg": true, "trk_module": true, "trk_sid": true,
	"_kx": true, "cmpid": true, "smid": true, "spm": true, "ref_src": true, "ref_url": true, "ncid": true, "xtor": true,
	"wickedid": true, "guccounter": true, "guce_referrer": true, "guce_referrer_sig": true,
}

// dropTracking returns the query without its tracking parameters, the others in
// their order and spelling.
func dropTracking(query string) string {
	kept := make([]string, 0, 8)
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if pair != "" && !IsTracking(name) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

// IsTracking reports whether a parameter's name, as written in a query, is one
// that tells where a reader came from and never what is shown.
func IsTracking(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	name = strings.ToLower(name)
	if trackingNames[name] {
		return true
	}
	for _, prefix := range trackingPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
