// Package alerts tells people: it writes alerts in Chinese and delivers them to
// chat groups, mailboxes and webhooks. Which alerts there are, and who is due to be
// told, is decided in hotspot; that somebody was told is kept in storage.
//
// It is the only package that knows shoutrrr, whose addresses name a receiver:
//
//	wecom://KEY                                      企业微信群机器人
//	lark://open.feishu.cn/TOKEN?secret=SECRET        飞书群机器人
//	dingtalk://TOKEN?secret=SECRET                   钉钉群机器人 (this package's own)
//	smtp://user:password@host:465/?from=a@b&to=c@d   mail
//	generic://host/path?template=json                any webhook
//
// Addresses hold secrets: no error and no log line repeats one.
package alerts
