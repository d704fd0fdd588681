"""What `hongxian --help` says of each command, the first line of its own help: to read that there imports them all."""

from __future__ import annotations

from hongxian.text import Text

SHORT_HELP = {
    "desk": Text(
        "打开工作台：在浏览器里用红线，直到按 Ctrl-C",
        "Open the desk: Hongxian in your browser, until Ctrl-C",
    ),
    "hubs": Text(
        "看这个网络里有哪些社区主机", "List the hubs that announce themselves on this network"
    ),
    "join": Text("用注册码加入社区", "Join a community with an enrolment code"),
    "sync": Text(
        "与社区主机同步：送出本机的改动，取回别人的",
        "Sync with the hub: send this laptop's changes, fetch everybody else's",
    ),
    "today": Text(
        "今天：到期的事，和等人处理的事", "Today: what is due, and the tasks that wait for somebody"
    ),
    "status": Text(
        "本机情况：哪个社区、还有多少没送出",
        "This laptop: its community, and what has not been sent yet",
    ),
    "digest": Text(
        "摘要：各团队各表的条数和校验和，两边一致即数据一致",
        "Digests: count and sum of each team's collections; equal sums mean equal data",
    ),
    "add": Text("添加一条记录", "Add a record"),
    "edit": Text(
        "修改一条记录；被退回的会一并改正、重新送出",
        "Edit a record; one that was refused is corrected and sent again",
    ),
    "delete": Text("删除一条记录", "Delete a record"),
    "list": Text("列出记录", "List records"),
    "show": Text("显示一条记录的全部内容", "Show everything in one record"),
    "file": Text(
        "取出一条记录里的照片或扫描件；本机没有的，从主机取来",
        "Write a record's photo or scan to a file; one that is not here is fetched from the hub",
    ),
    "history": Text(
        "一条记录的来历：谁、何时、改了什么", "A record's history: who changed what, and when"
    ),
    "undo": Text(
        "撤回在这台电脑上做的上一件事；先看清单，加 --do 才执行",
        "Undo the last thing done on this laptop: lists it first; --do undoes it",
    ),
    "do": Text(
        "办一件插件提供的事；不写 NAME 则列出能办的",
        "Run an action that a plugin offers; without NAME, list them",
    ),
    "view": Text(
        "看插件提供的一张表；不写 NAME 则列出所有的表",
        "Show a table that a plugin offers; without NAME, list them",
    ),
    "print": Text(
        "把插件提供的一份单据写成 A4 网页文件，用浏览器打开即可打印；不写 NAME 则列出",
        "Write a document that a plugin offers as an HTML file to print on A4; without NAME, list them",
    ),
    "conflicts": Text(
        "冲突：两边互不知情时填了不同的值，等人选一个",
        "Conflicts: different values written without knowing of each other, for a person to choose",
    ),
    "resolve": Text(
        "处理一个冲突：保留现值，或换回落选的值",
        "Settle a conflict: keep the present value, or put the lost one back",
    ),
    "attention": Text(
        "被退回、被占用或在等待的改动，以及每个字段的原因",
        "Changes that were refused, bumped or are waiting, with the reasons by field",
    ),
    "quota": Text(
        "限额：库存、积分、号码；断网时也不会多给",
        "Quotas: stock, points, numbers; never given out twice, not even offline",
    ),
    "import": Text(
        "从 Excel 或 CSV 导入，一行一条；错的行连同原因退到文件里",
        "Import a workbook or CSV, one record per row; wrong rows come back in a file with the reasons",
    ),
    "export": Text(
        "导出为 Excel 或 CSV，改好可再导入",
        "Export to .xlsx or .csv, to correct and import again",
    ),
    "bundle": Text(
        "用 U 盘同步：本机写出，主机写回执，本机读入",
        "Sync by stick: out of this laptop, to the hub and back in",
    ),
    "plugin": Text(
        "插件：本机的，和怎样写一个、发出去",
        "Plugins: this laptop's, and how to write and publish one",
    ),
    "program": Text(
        "红线自己的版本：现在的，等着换上的，没能换上的",
        "The version of Hongxian itself: which runs, which waits, and which did not come up",
    ),
    "people": Text("这台电脑上的人", "The people of this laptop"),
    "person": Text(
        "把本机上一个人的全部信息写成一个文件，交给本人",
        "Write everything this laptop holds about a person to a file, to give to them",
    ),
    "encrypt": Text(
        "把这台电脑的数据加密存放，或改用别的办法打开它",
        "Encrypt what is on this laptop, or change what unlocks it",
    ),
    "kept": Text(
        "读出文件夹 kept 里的一个文件：撤回的、被覆盖的内容，加密存放的也读得出",
        "Show a file of the folder `kept`, encrypted or not: what was withdrawn or overwritten",
    ),
    "demo": Text(
        "演示：一台主机、三台电脑，断网、冲突、U 盘，最后合到一处",
        "A demo: a hub and three laptops, offline, in conflict, by stick, together again",
    ),
    "hub": Text(
        "社区主机：建立、运行、管理电脑和备份",
        "The hub: create it, serve it, manage its laptops and backups",
    ),
}
