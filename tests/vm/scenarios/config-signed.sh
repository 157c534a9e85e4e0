# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An initrd with a key boots no settings that are missing, unsigned or signed for another machine, and by HTTP those that are right, where a redirect leads to a host by name"

run() {
	initramfs_d=$top/initramfs
	[ -e "$top/build/vm/config-key" ] || "$initramfs_d/sign-config" --new-key "$top/build/vm/config-key"
	boot_packed initrd-config-key --config-key "$top/build/vm/config-key.pub"
	nfs_root
	mkdir -p /srv/www/netroot
	good="root=nfs:$LAB_SERVER:$ROOT_DIR"
	dhcp_option 17 "$LAB_SERVER:/srv/nowhere"
	dhcp_names "address=/settings.lab/$LAB_SERVER"
	dhcp_start
	# a host that only its name is known of: PID 1 has it looked up, for each of the files
	service_start moved python3 -c 'import http.server as h
class Moved(h.BaseHTTPRequestHandler):
	def do_GET(self):
		self.send_response(307)
		self.send_header("Location", "http://settings.lab:8080" + self.path)
		self.end_headers()
h.HTTPServer(("", 8081), Moved).serve_forever()'
	service_ready moved 10 port_open tcp 8081
	service_start http python3 -m http.server --directory /srv/www 8080
	service_ready http 10 port_open tcp 8080
	boot "netroot.config=http://$LAB_SERVER:8081/netroot/"
	url="http://$LAB_SERVER:8081/netroot"
	expect_console "netroot: config: $url/ has none of 01-52-54-00-77-00-01, .*, default; the initrd holds a key, so nothing is booted without settings" 40
	echo "$good" >/srv/www/netroot/default
	"$initramfs_d/sign-config" --key "$top/build/vm/config-key" --name 01-52-54-00-77-00-02 /srv/www/netroot/default
	expect_console "netroot: config: $url/default: the signature is not of this text, under the name \"default\", by the key in the initrd: refused" 20
	rm /srv/www/netroot/default.sig
	expect_console "netroot: config: $url/default is not signed .*: refused; initramfs/sign-config makes it" 20
	refuse_console 'netroot: attach'
	"$initramfs_d/sign-config" --key "$top/build/vm/config-key" /srv/www/netroot/default
	expect_init 60
	expect_console "netroot: config: settings of this machine are $url/default, [0-9]+ bytes, signed" 0
	expect_verdict "root.device=$LAB_SERVER:$ROOT_DIR"
}
