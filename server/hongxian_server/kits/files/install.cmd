@echo off
chcp 65001 >nul
title Red Thread
if not exist "%~dp0python\python.exe" goto packed
"%~dp0python\python.exe" -B "%~dp0setup.py"
if errorlevel 1 goto failed
exit /b 0
:packed
echo 请先把压缩包“全部解压”到一个文件夹，再双击里面的“安装红线”。
echo Unpack the whole archive into a folder first, then start it from there.
pause
exit /b 1
:failed
echo 没有装成，已有的数据没有动。请把这个窗口拍给社区管理员看。
echo It was not installed; what was there is untouched. Show this window to the keeper.
pause
exit /b 1
